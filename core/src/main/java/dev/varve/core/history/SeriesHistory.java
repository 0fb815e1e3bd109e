package dev.varve.core.history;

import dev.varve.core.lint.Finding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a series of images cost its users.
 *
 * @param place where the series is, as the user named it
 * @param images the images, oldest first
 * @param updates the updates from each image to the next
 * @param rows the layers over the images, those first that cost most
 * @param components what the changes of components cost, those first that cost most
 * @param schedules the downloads of clients that skip images; the first updates to every image;
 *     empty if there is one image
 * @param gaps what is missing in the series
 * @param findings what lint says of the newest image; empty if it was not asked
 */
public record SeriesHistory(
    String place,
    List<HistoryImage> images,
    List<SeriesUpdate> updates,
    List<LayerRow> rows,
    List<ComponentCost> components,
    List<SeriesSchedule> schedules,
    Gaps gaps,
    Optional<List<Finding>> findings) {
  /** The numbers of builds from one update to the next. */
  private static final List<Integer> EVERY = List.of(1, 2, 5, 10);

  /** Copies the lists. */
  public SeriesHistory {
    images = List.copyOf(images);
    updates = List.copyOf(updates);
    rows = List.copyOf(rows);
    components = List.copyOf(components);
    schedules = List.copyOf(schedules);
    findings = findings.map(List::copyOf);
  }

  /**
   * Computes the history of a series.
   *
   * @param images at least one, oldest first; one alone has no updates
   * @param tags all tags at the place, those of other images as well
   * @param findings what lint says of the newest image; empty if it was not asked
   */
  public static SeriesHistory of(
      String place,
      List<HistoryImage> images,
      Collection<String> tags,
      Optional<List<Finding>> findings) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException(
          "expected at least one image in " + place + ", found none");
    }
    List<SeriesUpdate> updates = new ArrayList<>();
    for (int i = 1; i < images.size(); i++) {
      updates.add(SeriesUpdate.between(images.get(i - 1), images.get(i)));
    }
    return new SeriesHistory(
        place,
        images,
        updates,
        LayerRows.of(images),
        ComponentCost.of(images, updates),
        updates.isEmpty() ? List.of() : SeriesSchedule.of(images, EVERY),
        Gaps.of(images.stream().map(HistoryImage::release).toList(), tags),
        findings);
  }

  /** The mean download of an update by layers, in bytes. */
  public long meanBytes() {
    return Math.round(
        updates.stream().mapToLong(update -> update.cost().downloadedBytes()).average().orElse(0));
  }

  /** The mean size of the images that updates lead to, in bytes. */
  public long meanTotalBytes() {
    return Math.round(
        updates.stream().mapToLong(update -> update.cost().totalBytes()).average().orElse(0));
  }

  /**
   * The mean download of an update by delta, in bytes, by layers where there is no delta; empty if
   * there are no deltas.
   */
  public OptionalLong meanDeltaBytes() {
    return updates.stream().noneMatch(update -> update.deltaBytes().isPresent())
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.round(
                updates.stream()
                    .mapToLong(
                        update -> update.deltaBytes().orElse(update.cost().downloadedBytes()))
                    .average()
                    .orElse(0)));
  }

  /** The mean download of the updates whose images are known as they were built, in bytes. */
  public OptionalLong meanBuiltBytes() {
    List<SeriesUpdate> known =
        updates.stream().filter(update -> update.builtBytes().isPresent()).toList();
    return known.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.round(
                known.stream()
                    .mapToLong(update -> update.builtBytes().getAsLong())
                    .average()
                    .orElse(0)));
  }
}
