package dev.varve.core.bytes;

/**
 * Is told what long work is under way, how many bytes of it have been done, and what a person
 * should know about it; each hears what it overrides. Methods may be called from several threads.
 */
public interface Progress {
  /** Nobody listens. */
  Progress SILENT = new Progress() {};

  /**
   * Work begins; what came before it is done.
   *
   * @param activity what it is, such as "reading 3 layers"
   * @param totalBytes how many bytes it will be; 0 where that is not known
   */
  default void begin(String activity, long totalBytes) {}

  /** So many more bytes are done. */
  default void advance(long bytes) {}

  /** Something was met that is handled, but that the person in charge should know. */
  default void notice(String text) {}

  /** The same, for which the person in charge may want to choose otherwise. */
  default void notice(String text, Remedy remedy) {
    notice(text);
  }

  /** Another program that runs for this work printed a line. */
  default void output(String program, String line) {}
}
