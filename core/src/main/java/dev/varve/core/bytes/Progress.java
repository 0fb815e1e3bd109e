package dev.varve.core.bytes;

/**
 * Receives the activities of long work, the bytes that are done, and notices for the user. All
 * methods do nothing unless overridden, and may be called from several threads.
 */
public interface Progress {
  /** Ignores everything. */
  Progress SILENT = new Progress() {};

  /**
   * An activity begins; the one before it is done.
   *
   * @param activity a gerund first, such as "reading 3 layers"
   * @param totalBytes the bytes of the whole activity; 0 if unknown
   */
  default void begin(String activity, long totalBytes) {}

  /** More bytes are done. */
  default void advance(long bytes) {}

  /** Receives a notice of something that was handled, and that the user should know. */
  default void notice(String text) {}

  /** Receives a notice, with the choice by which the user avoids its reason. */
  default void notice(String text, Remedy remedy) {
    notice(text);
  }

  /** Receives a line that another program has printed. */
  default void output(String program, String line) {}
}
