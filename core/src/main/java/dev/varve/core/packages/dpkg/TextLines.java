package dev.varve.core.packages.dpkg;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text's lines, each as its bytes; only those that matter are decoded. Of a longer line than
 * {@link #MAX_LINE} the rest is skipped.
 */
final class TextLines {
  /** The most bytes of a line that are kept. */
  static final int MAX_LINE = 1 << 20;

  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private byte[] line = new byte[128];
  private int length;
  private long number;

  /** Reads a stream, which the caller closes. */
  TextLines(InputStream in) {
    this.in = in;
  }

  /** Reads the next line; returns false at the end. The last line may lack its newline. */
  boolean next() throws IOException {
    length = 0;
    boolean any = false;
    while (at < end || fill()) {
      if (!any) {
        any = true;
        number++;
      }
      int stop = at;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      append(stop);
      if (stop < end) {
        at = stop + 1;
        return true;
      }
      at = end;
    }
    return any;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(buffer));
    return end > 0;
  }

  private void append(int stop) {
    int added = Math.min(stop - at, MAX_LINE - length);
    if (length + added > line.length) {
      line = Arrays.copyOf(line, Math.max(length + added, Math.min(MAX_LINE, 2 * line.length)));
    }
    System.arraycopy(buffer, at, line, length, added);
    length += added;
  }

  /** The line's number; the first line has number 1. */
  long number() {
    return number;
  }

  /** Returns whether the line has no bytes. */
  boolean isEmpty() {
    return length == 0;
  }

  /** Returns the byte at an index; -1 after the end. */
  int at(int index) {
    return index < length ? line[index] & 0xFF : -1;
  }

  /** Returns the index of an ASCII character; -1 if the line doesn't have it. */
  int indexOf(char character) {
    for (int i = 0; i < length; i++) {
      if (line[i] == character) {
        return i;
      }
    }
    return -1;
  }

  /** Returns whether the line starts with an ASCII text. */
  boolean startsWith(String ascii) {
    byte[] start = ascii.getBytes(StandardCharsets.US_ASCII);
    return length >= start.length && Arrays.equals(line, 0, start.length, start, 0, start.length);
  }

  /** Returns the line from an index on, decoded by {@link LosslessUtf8}. */
  String from(int start) {
    return LosslessUtf8.decode(line, start, length - start);
  }

  /** Returns the part of the line between two indexes, decoded by {@link LosslessUtf8}. */
  String between(int start, int stop) {
    return LosslessUtf8.decode(line, start, stop - start);
  }
}
