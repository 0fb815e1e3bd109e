package dev.varve.core.update;

import java.util.List;

/**
 * The downloads of a client that comes from the first image of a series to the last, and updates
 * only to some of the images.
 *
 * @param every the number of builds from one update to the next; the last update may span fewer
 * @param updates the number of updates
 * @param bytes the downloads by layers, in bytes
 * @param deltaBytes the downloads in bytes if the client uses deltas where there are any
 */
public record Schedule(int every, int updates, long bytes, long deltaBytes) {
  /**
   * Adds up downloads.
   *
   * @param series the images, oldest first
   * @param every at least 1
   */
  public static Schedule of(List<Release> series, int every) {
    if (every < 1) {
      throw new IllegalArgumentException("expected at least one build per update, got " + every);
    }
    int updates = 0;
    long bytes = 0;
    long deltaBytes = 0;
    for (int at = 0; at < series.size() - 1; updates++) {
      int next = Math.min(at + every, series.size() - 1);
      long layers = series.get(next).bytesFrom(series.get(at));
      bytes += layers;
      deltaBytes += series.get(next).deltaFrom(series.get(at)).orElse(layers);
      at = next;
    }
    return new Schedule(every, updates, bytes, deltaBytes);
  }

  /** Returns the schedules of which each has fewer updates than the one before. */
  public static List<Schedule> of(List<Release> series, List<Integer> intervals) {
    return intervals.stream()
        .filter(every -> every == 1 || every < series.size())
        .map(every -> of(series, every))
        .toList();
  }
}
