package dev.varve.core.history;

import dev.varve.core.update.Release;
import dev.varve.core.update.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The downloads of a client that comes from the first image of a series to the last, and updates
 * only to some of the images.
 *
 * @param schedule the downloads by layers, and with deltas where there are any
 * @param builtBytes the downloads in bytes if the images had the layers that they were built with;
 *     empty if these are unknown
 */
public record SeriesSchedule(Schedule schedule, OptionalLong builtBytes) {
  static List<SeriesSchedule> of(List<HistoryImage> images, List<Integer> every) {
    List<Release> releases = images.stream().map(HistoryImage::release).toList();
    List<Release> built =
        images.stream().map(HistoryImage::asBuilt).flatMap(Optional::stream).toList();
    List<SeriesSchedule> schedules = new ArrayList<>();
    for (Schedule schedule : Schedule.of(releases, every)) {
      schedules.add(
          new SeriesSchedule(
              schedule,
              built.size() == images.size()
                  ? OptionalLong.of(Schedule.of(built, schedule.every()).bytes())
                  : OptionalLong.empty()));
    }
    return schedules;
  }
}
