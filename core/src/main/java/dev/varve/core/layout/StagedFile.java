package dev.varve.core.layout;

import dev.varve.core.image.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is written under a name for the time being. Closing it discards what is not kept. */
final class StagedFile extends OutputStream {
  private final Path file;
  private final StagedBlobs blobs;
  private final FileChannel channel;

  StagedFile(Path file, StagedBlobs blobs) throws IOException {
    this.file = file;
    this.blobs = blobs;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw blobs.explain(e);
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    blobs.requireOpen();
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw blobs.explain(e);
    }
  }

  /** Makes the file, which is whole, a blob. */
  void keep(Digest digest) throws IOException {
    blobs.requireOpen();
    try {
      channel.close();
      blobs.keep(file, digest);
    } catch (IOException e) {
      throw blobs.explain(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }
}
