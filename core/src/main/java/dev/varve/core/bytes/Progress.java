package dev.varve.core.bytes;

/**
 * Receives activities, numbers of processed bytes, and notices for the user. All methods do nothing
 * by default, and may be called from several threads.
 */
public interface Progress {
  /** Ignores everything. */
  Progress SILENT = new Progress() {};

  /**
   * Begins an activity, which ends the one before.
   *
   * @param activity a phrase that starts with a gerund, such as "reading 3 layers"
   * @param totalBytes the total bytes of the activity; 0 if unknown
   */
  default void begin(String activity, long totalBytes) {}

  /** Adds bytes that have been processed. */
  default void advance(long bytes) {}

  /** Receives a notice of a problem that was handled, and that the user should know. */
  default void notice(String text) {}

  /** Receives a notice, with the choice that avoids the problem. */
  default void notice(String text, Remedy remedy) {
    notice(text);
  }

  /** Receives a line of another program's output. */
  default void output(String program, String line) {}
}
