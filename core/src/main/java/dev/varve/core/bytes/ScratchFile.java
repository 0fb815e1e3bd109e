package dev.varve.core.bytes;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files in scratch directories. */
public final class ScratchFile {
  private ScratchFile() {}

  /**
   * Creates a file that can be written and read, and is deleted at once or when the channel is
   * closed.
   *
   * @throws IOException if the file can't be created, as from {@link #explain}
   */
  public static FileChannel create(Path file) throws IOException {
    try {
      return FileChannel.open(
          file,
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw explain("creating the scratch file " + file, file, e);
    }
  }

  /**
   * Returns the exception to throw for a failed write, with {@link Remedy#OTHER_SCRATCH}.
   *
   * @param doing the activity, starting with a gerund
   * @param where a path in the scratch directory
   */
  public static IOException explain(String doing, Path where, IOException failure) {
    return WriteFailure.explain(doing, where, failure, Remedy.OTHER_SCRATCH);
  }
}
