package dev.varve.core.bytes;

/**
 * Is told what long work is under way, how many bytes of it have been done, and what a person
 * should know about it. Methods may be called from several threads.
 */
public interface Progress {
  /** Nobody listens. */
  Progress SILENT =
      new Progress() {
        @Override
        public void begin(String activity, long totalBytes) {}

        @Override
        public void advance(long bytes) {}

        @Override
        public void notice(String text) {}
      };

  /**
   * Work begins; what came before it is done.
   *
   * @param activity what it is, such as "reading 3 layers"
   * @param totalBytes how many bytes it will be; 0 where that is not known
   */
  void begin(String activity, long totalBytes);

  /** So many more bytes are done. */
  void advance(long bytes);

  /** Something was met that is handled, but that the person in charge should know. */
  void notice(String text);

  /** Another program that runs for this work printed a line. */
  default void output(String program, String line) {}
}
