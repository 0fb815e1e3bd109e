package dev.varve.core.packages;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/**
 * Reads a text file of a package database line by line, each as its bytes: only what matters of a
 * line is decoded. Limits the length of the file and of each line, because an image is not trusted.
 * Not thread-safe.
 */
public final class DatabaseLines {
  /** The longest line in bytes, without its line feed. */
  static final int MAX_LINE = 1 << 20;

  private static final int FIRST_BUFFER = 1 << 13;

  private final InputStream in;
  private final String path;
  private final long maxBytes;
  private byte[] buffer = new byte[FIRST_BUFFER];
  private int end;
  private int lineStart;
  private int lineEnd;
  private int nextLine;
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
   * Goes to the next line; returns false after the last one, which need not end with a line feed.
   *
   * @throws MalformedLineException if the line or the file is too long; no more lines can be read
   * @throws IOException if reading fails
   */
  public boolean next() throws IOException {
    lineStart = nextLine;
    lineEnd = nextLine;
    number++;
    if (lineStart == end && !fill()) {
      number--;
      return false;
    }
    while (true) {
      while (lineEnd < end && buffer[lineEnd] != '\n') {
        lineEnd++;
      }
      if (length() > MAX_LINE) {
        throw malformed(
            String.format(Locale.ROOT, "expected at most %,d bytes, got more", MAX_LINE));
      }
      if (lineEnd < end) {
        nextLine = lineEnd + 1;
        return true;
      }
      if (!fill()) {
        nextLine = end;
        return true;
      }
    }
  }

  /** Moves the line to the buffer's start, and reads more behind it; returns false at the end. */
  private boolean fill() throws IOException {
    int kept = end - lineStart;
    byte[] target = kept > buffer.length / 2 ? new byte[buffer.length * 2] : buffer;
    System.arraycopy(buffer, lineStart, target, 0, kept);
    buffer = target;
    lineEnd -= lineStart;
    lineStart = 0;
    nextLine = 0;
    end = kept;
    int read = in.read(buffer, end, buffer.length - end);
    if (read <= 0) {
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

  /** Returns the line's number; the first line has number 1. After the last line it stays. */
  public long number() {
    return number;
  }

  /** Returns the number of bytes read so far. */
  public long bytes() {
    return bytes;
  }

  /** Returns the line's length in bytes, without its line feed. */
  public int length() {
    return lineEnd - lineStart;
  }

  /** Returns whether the line has no bytes. */
  public boolean isEmpty() {
    return length() == 0;
  }

  /** Returns the byte at an index of the line, from 0 to 255; -1 after the line's end. */
  public int at(int index) {
    return index < length() ? buffer[lineStart + index] & 0xFF : -1;
  }

  /** Returns the index of the first occurrence of an ASCII character; -1 if there is none. */
  public int indexOf(char character) {
    for (int i = lineStart; i < lineEnd; i++) {
      if (buffer[i] == character) {
        return i - lineStart;
      }
    }
    return -1;
  }

  /** Returns whether the line starts with an ASCII text. */
  public boolean startsWith(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      if (at(i) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the line, decoded by {@link LosslessUtf8}. */
  public String text() {
    return from(0);
  }

  /** Returns the line from an index on, up to its length, decoded by {@link LosslessUtf8}. */
  public String from(int start) {
    return between(start, length());
  }

  /** Returns the part of the line between two indexes, decoded by {@link LosslessUtf8}. */
  public String between(int start, int stop) {
    return LosslessUtf8.decode(buffer, lineStart + start, stop - start);
  }

  /** Returns an exception with a message that names the file and the line. */
  public MalformedLineException malformed(String problem) {
    return new MalformedLineException("/" + path + ", line " + number + ": " + problem);
  }
}
