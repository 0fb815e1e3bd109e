package dev.varve.core.tardiff;

import java.io.Closeable;
import java.io.IOException;

/** The source file that is open, and the position in it. */
final class CurrentSource implements Closeable {
  private final String path;
  private final SourceFile file;
  private final ErrorLocation location;
  private final byte[] buffer;
  private long bufferStart;
  private int bufferLength;
  private long position;

  /** Takes over {@code file}; {@code buffer} is for this source until it is closed. */
  CurrentSource(String path, SourceFile file, byte[] buffer, ErrorLocation location) {
    this.path = path;
    this.file = file;
    this.buffer = buffer;
    this.location = location;
  }

  long size() {
    return file.size();
  }

  void seek(long newPosition) throws IOException {
    if (newPosition > file.size()) {
      throw location.malformed(
          "expected a position in %s, which has %d bytes, got %d",
          ErrorLocation.printable(path), file.size(), newPosition);
    }
    position = newPosition;
  }

  /** Fails if the file has fewer than {@code length} bytes behind the position. */
  void expect(long length) throws IOException {
    if (length > file.size() - position) {
      throw location.malformed(
          "expected at most the %d bytes from position %d of %s, got %d",
          file.size() - position, position, ErrorLocation.printable(path), length);
    }
  }

  /** Returns the whole file, and moves the position to its end. */
  byte[] readWhole(int most) throws IOException {
    if (file.size() > most) {
      throw location.malformed(
          "expected a source of at most %d bytes, got %s of %d",
          most, ErrorLocation.printable(path), file.size());
    }
    byte[] whole = new byte[(int) file.size()];
    position = 0;
    read(whole, whole.length);
    return whole;
  }

  /** Reads exactly {@code length} bytes from the position. */
  void read(byte[] bytes, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int n = readSome(bytes, done, length - done);
      done += n;
      position += n;
    }
  }

  /** Reads ahead for small operations, of which there are many. */
  private int readSome(byte[] bytes, int offset, int length) throws IOException {
    long inBuffer = position - bufferStart;
    if (inBuffer < 0 || inBuffer >= bufferLength) {
      if (length >= buffer.length) {
        return readFile(bytes, offset, length);
      }
      bufferLength = readFile(buffer, 0, buffer.length);
      bufferStart = position;
      inBuffer = 0;
    }
    int n = Math.min(length, bufferLength - (int) inBuffer);
    System.arraycopy(buffer, (int) inBuffer, bytes, offset, n);
    return n;
  }

  private int readFile(byte[] bytes, int offset, int length) throws IOException {
    int n = file.read(position, bytes, offset, length);
    if (n <= 0) {
      throw new IOException(
          "reading the source %s: expected %d bytes, got %d"
              .formatted(ErrorLocation.printable(path), file.size(), position));
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
