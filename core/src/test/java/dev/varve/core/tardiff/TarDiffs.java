package dev.varve.core.tardiff;

import dev.varve.core.compress.ZstdStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Tar-diffs made byte by byte, and sources in memory. */
final class TarDiffs {
  private TarDiffs() {}

  /** Returns an operation whose size is that of its bytes. */
  static byte[] operation(int number, byte[] bytes) {
    return joined(operation(number, bytes.length), bytes);
  }

  /** Returns an operation whose bytes are those of a text. */
  static byte[] operation(int number, String text) {
    return operation(number, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns an operation without bytes. */
  static byte[] operation(int number, long size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(number);
    long rest = size;
    for (; rest >>> 7 != 0; rest >>>= 7) {
      out.write((int) ((rest & 0x7F) | 0x80));
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** Returns a tar-diff with these bytes as its operations. */
  static byte[] diff(TarDiffVersion version, byte[]... operations) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(version.magic());
    try (OutputStream zstd = ZstdStream.compress(out, 1, 20)) {
      zstd.write(joined(operations));
    }
    return out.toByteArray();
  }

  static byte[] apply(byte[] diff, SourceFiles sources, long most) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarDiffReader.apply(new ByteArrayInputStream(diff), "x.tardiff", sources, out, most);
    return out.toByteArray();
  }

  static SourceFiles files(Map<String, byte[]> contents) {
    return path -> {
      byte[] content = contents.get(path);
      if (content == null) {
        throw new FileNotFoundException("opening " + path + ": no such file");
      }
      return new MemoryFile(content);
    };
  }

  /** A file in memory, read in pieces of at most 5000 bytes. */
  private static final class MemoryFile implements SourceFile {
    private final byte[] content;

    MemoryFile(byte[] content) {
      this.content = content;
    }

    @Override
    public long size() {
      return content.length;
    }

    @Override
    public int read(long position, byte[] buffer, int offset, int length) {
      if (position >= content.length) {
        return -1;
      }
      int n = (int) Math.min(Math.min(length, 5000), content.length - position);
      System.arraycopy(content, (int) position, buffer, offset, n);
      return n;
    }

    @Override
    public void close() {}
  }
}
