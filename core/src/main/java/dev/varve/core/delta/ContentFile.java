package dev.varve.core.delta;

import dev.varve.core.filetree.Content;
import dev.varve.core.tardiff.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A content that can be read at any position: a small one in memory, a large one in a scratch file,
 * which is deleted when it is closed.
 */
final class ContentFile implements SourceFile {
  private static final int MOST_IN_MEMORY = 8 << 20;

  private final long size;
  private final byte[] bytes;
  private final @Nullable FileChannel channel;
  private final Path file;

  private ContentFile(long size, byte[] bytes, @Nullable FileChannel channel, Path file) {
    this.size = size;
    this.bytes = bytes;
    this.channel = channel;
    this.file = file;
  }

  /**
   * Reads a content.
   *
   * @param scratch the directory for the file of a large content
   */
  static ContentFile of(Content content, Path scratch) throws IOException {
    try (InputStream in = content.open()) {
      if (content.size() <= MOST_IN_MEMORY) {
        return new ContentFile(content.size(), in.readAllBytes(), null, scratch);
      }
      Path file = Files.createTempFile(scratch, "source-", "");
      Files.copy(in, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      return new ContentFile(
          content.size(),
          new byte[0],
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE),
          file);
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int read(long position, byte[] buffer, int offset, int length) throws IOException {
    if (channel != null) {
      return PositionedReads.read(channel, file, position, buffer, offset, length);
    }
    if (position >= bytes.length) {
      return -1;
    }
    int n = (int) Math.min(length, bytes.length - position);
    System.arraycopy(bytes, (int) position, buffer, offset, n);
    return n;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
