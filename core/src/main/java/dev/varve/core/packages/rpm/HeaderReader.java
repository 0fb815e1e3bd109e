package dev.varve.core.packages.rpm;

import dev.varve.core.bytes.IoConsumer;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the headers in a database file of one format. */
@FunctionalInterface
interface HeaderReader {
  /** The largest header read into memory; enough for 200,000 files with signatures. */
  int MAX_HEADER = 64 << 20;

  /** The most headers of a database; an image has a few thousand. */
  int MAX_HEADERS = 1_000_000;

  /**
   * Passes every header to {@code each} in the order of their numbers, one in memory at a time.
   *
   * @throws MalformedDatabaseException if the file as a whole is damaged, or of another format
   */
  void read(Path file, IoConsumer<StoredHeader> each) throws IOException;

  /**
   * A header as the database stores it.
   *
   * @param number the number under which the database keeps it
   * @param length the bytes that the database says it has
   * @param blob the header; null if it can't be read
   * @param problem the reason why it can't be read, otherwise empty
   */
  @SuppressWarnings("ArrayRecordComponent") // is passed on once, and not compared
  record StoredHeader(long number, long length, byte @Nullable [] blob, String problem) {
    static StoredHeader of(long number, byte[] blob) {
      return new StoredHeader(number, blob.length, blob, "");
    }

    static StoredHeader unreadable(long number, long length, String problem) {
      return new StoredHeader(number, length, null, problem);
    }
  }
}
