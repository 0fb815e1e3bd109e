package dev.varve.core.bytes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** Reads a file. A failed read names the file, which the system's message does not. */
public final class FileInput extends FilterInputStream {
  private final Path file;

  private FileInput(InputStream in, Path file) {
    super(in);
    this.file = file;
  }

  /** Opens a file, with options as for {@link Files#newInputStream}. */
  public static InputStream open(Path file, OpenOption... options) throws IOException {
    return new FileInput(Files.newInputStream(file, options), file);
  }

  /** Returns a stream that names the file which {@code in} reads; closing it closes {@code in}. */
  public static InputStream of(InputStream in, Path file) {
    return new FileInput(in, file);
  }

  /** Opens a file from an offset on. */
  public static InputStream openAt(Path file, long offset) throws IOException {
    SeekableByteChannel channel = Files.newByteChannel(file).position(offset);
    return new FileInput(Channels.newInputStream(channel), file);
  }

  /** Reads a whole file. */
  public static byte[] readAllBytes(Path file) throws IOException {
    try (InputStream in = open(file)) {
      return in.readAllBytes();
    }
  }

  /**
   * Returns the exception to throw for a failed read: a {@link FileSystemException} in place of one
   * with the system's message alone, else {@code failure}.
   */
  public static IOException named(Path file, IOException failure) {
    String reason = failure.getMessage();
    if (failure.getClass() != IOException.class || reason == null) {
      return failure;
    }
    var named = new FileSystemException(file.toString(), null, reason);
    named.initCause(failure);
    return named;
  }

  @Override
  public int read() throws IOException {
    try {
      return in.read();
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return in.read(bytes, offset, length);
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      in.close();
    } catch (IOException e) {
      throw named(file, e);
    }
  }
}
