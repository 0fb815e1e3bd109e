package dev.varve.core.tardiff;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Reads tar-diffs, of both versions. */
public final class TarDiffReader {
  /** The bytes that may be read beyond the result's, of the operations and of the sources. */
  private static final long MORE = 1L << 30;

  private TarDiffReader() {}

  /**
   * Applies a tar-diff. Its result must be verified by the caller: a wrong source of the right size
   * gives wrong bytes, and after an exception a part of the result may have been written.
   *
   * <p>Needs little memory, but for a zstd patch: twice the size of its source, and a window of at
   * most 512 MiB.
   *
   * @param diff the tar-diff; read to its end and not closed. Its exceptions are passed on
   * @param name the tar-diff's name for error messages, such as its digest
   * @param sources opens the source files, one at a time
   * @param out gets the result, an uncompressed tar; flushed at the end and not closed
   * @param most the largest accepted size of the result in bytes; never more bytes are written
   * @throws MalformedTarDiffException if an operation is malformed, does not fit to its source, or
   *     makes the result too large
   * @throws IOException if the zstd stream is corrupt, or if reading or writing fails
   */
  public static void apply(
      InputStream diff, String name, SourceFiles sources, OutputStream out, long most)
      throws IOException {
    long work = work(most);
    Operations operations = new Operations(diff, name, work);
    Result result = new Result(out, new ResultSize(most, operations.location()));
    try (Application application = new Application(sources, result, work, operations.location())) {
      operations.read(application);
    }
    result.flush();
  }

  /**
   * Visits the parts of a tar-diff's result, without reading the sources.
   *
   * @param diff the tar-diff; read to its end and not closed
   * @param name the tar-diff's name for error messages, such as its digest
   * @param most the largest accepted size of the result in bytes
   * @throws IOException as {@link #apply} does, except for what depends on sources
   */
  public static void visit(InputStream diff, String name, TarDiffVisitor visitor, long most)
      throws IOException {
    Operations operations = new Operations(diff, name, work(most));
    operations.read(new Visit(visitor, new ResultSize(most, operations.location())));
  }

  /**
   * Returns the limit on the bytes of the decompressed operations, and on those of the sources that
   * are opened: operations without a result compress well, and each may open a large source.
   */
  private static long work(long most) {
    return Math.min(most, Long.MAX_VALUE - MORE) + MORE;
  }
}
