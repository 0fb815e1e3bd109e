package dev.varve.core.packages;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text file of a package database line by line. Not thread-safe. Limits the length of the
 * file and of each line, because an image is not trusted.
 */
public final class DatabaseLines {
  /** The longest line in bytes, without its line feed. */
  private static final int MAX_LINE = 1 << 20;

  private static final int FIRST_BUFFER = 1 << 13;

  private final InputStream in;
  private final String path;
  private final long maxBytes;
  private byte[] buffer = new byte[FIRST_BUFFER];
  private int start;
  private int end;
  private long bytes;
  private long number;

  /**
   * Starts before the first line.
   *
   * @param in the text, decompressed; the caller closes it
   * @param path the file's path in the image, for messages
   * @param maxBytes the most bytes that the text may have
   */
  public DatabaseLines(InputStream in, String path, long maxBytes) {
    this.in = in;
    this.path = path;
    this.maxBytes = maxBytes;
  }

  /**
   * Returns the next line, without its line feed and decoded by {@link LosslessUtf8}; null after
   * the last one. A last line need not end with a line feed.
   *
   * @throws MalformedLineException if the line or the file is too long
   * @throws IOException if reading fails
   */
  public @Nullable String next() throws IOException {
    int searched = start;
    number++;
    while (true) {
      for (int i = searched; i < end; i++) {
        if (buffer[i] == '\n') {
          String line = line(i);
          start = i + 1;
          return line;
        }
      }
      requireLength(end - start);
      searched = end - start;
      if (!fill()) {
        String last = start == end ? null : line(end);
        start = end;
        return last;
      }
    }
  }

  private String line(int lineEnd) throws MalformedLineException {
    requireLength(lineEnd - start);
    return LosslessUtf8.decode(buffer, start, lineEnd - start);
  }

  private void requireLength(int length) throws MalformedLineException {
    if (length > MAX_LINE) {
      throw malformed(String.format(Locale.ROOT, "expected at most %,d bytes, got more", MAX_LINE));
    }
  }

  /** Moves the rest of the buffer to its start, and reads more; returns false at the end. */
  private boolean fill() throws IOException {
    int rest = end - start;
    byte[] target = rest > buffer.length / 2 ? new byte[buffer.length * 2] : buffer;
    System.arraycopy(buffer, start, target, 0, rest);
    buffer = target;
    start = 0;
    end = rest;
    int read = in.read(buffer, end, buffer.length - end);
    if (read < 0) {
      return false;
    }
    end += read;
    bytes += read;
    if (bytes > maxBytes) {
      throw malformed(
          String.format(Locale.ROOT, "expected a file of at most %,d bytes, got more", maxBytes));
    }
    return true;
  }

  /** Returns the number of bytes read so far. */
  public long bytes() {
    return bytes;
  }

  /** Returns an exception with a message that names the file and the line that was read last. */
  public MalformedLineException malformed(String problem) {
    return new MalformedLineException("/" + path + ", line " + number + ": " + problem);
  }
}
