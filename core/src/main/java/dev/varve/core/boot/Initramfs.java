package dev.varve.core.boot;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.compress.Decompression;
import dev.varve.core.filetree.Content;
import dev.varve.core.image.Digest;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The members of an initramfs: archives in cpio's new ASCII format one after another, the last of
 * which may be compressed. The first is often one with microcode, which the kernel reads early.
 *
 * @param members by path, in the order of the archives; of several with one path, the last, which
 *     the kernel keeps
 * @param early the number of members in archives before the compressed one
 * @param compression {@code gzip}, {@code zstd} or {@code none}; {@code xz}, {@code lz4}, {@code
 *     bzip2} or {@code lzma}, which are not read; or {@code unknown}
 * @param stamp the time in gzip's header, in seconds since the epoch; 0 if gzip has none
 * @see <a href="https://docs.kernel.org/driver-api/early-userspace/buffer-format.html">initramfs
 *     buffer format</a>
 */
public record Initramfs(
    Map<String, Member> members, int early, String compression, OptionalLong stamp) {
  private static final int HEADER = 110;
  private static final int FIELDS = 13;
  private static final int MAX_NAME = 4096;
  private static final int MAX_MEMBERS = 1 << 18;

  /** The most bytes of all names together: hundreds of times those of a large initramfs. */
  private static final int MAX_NAMES = 32 << 20;

  private static final long MAX_BYTES = 4L << 30;
  private static final String TRAILER = "TRAILER!!!";

  /** The names of compressions that the kernel reads, by their first bytes. */
  private static final Map<String, String> COMPRESSIONS =
      Map.of(
          "1f8b", "gzip",
          "28b52ffd", "zstd",
          "fd377a585a00", "xz",
          "02214c18", "lz4",
          "04224d18", "lz4",
          "425a68", "bzip2",
          "5d0000", "lzma");

  /** Copies the map. */
  public Initramfs {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  /**
   * A member of an archive.
   *
   * @param mode the type and the permissions
   * @param mtime seconds since the epoch
   * @param size the length of the content in bytes
   * @param content the digest of the content
   */
  public record Member(int mode, long mtime, long size, Digest content) {}

  /**
   * Reads an initramfs.
   *
   * @param name the file, for messages
   * @throws IOException if it can't be read, or is malformed; the message says the offset
   */
  public static Initramfs read(Content file, String name) throws IOException {
    try (Archive archive = new Archive(file.open(), name)) {
      Map<String, Member> members = new LinkedHashMap<>();
      archive.readMembers(members);
      String compression = archive.compression();
      int early = compression.equals("none") ? 0 : members.size();
      OptionalLong stamp = archive.stamp(compression);
      if (compression.equals("gzip") || compression.equals("zstd")) {
        try (Archive inner = new Archive(Decompression.open(archive.in, name), name)) {
          inner.readMembers(members);
        }
      }
      return new Initramfs(members, early, compression, stamp);
    }
  }

  /** The names of the members in their order. */
  public List<String> order() {
    return List.copyOf(members.keySet());
  }

  /** Archives one after another in a stream. */
  private static final class Archive implements AutoCloseable {
    private final BufferedInputStream in;
    private final String name;
    private final byte[] buffer = new byte[1 << 16];
    private long offset;
    private long names;

    Archive(InputStream in, String name) {
      this.in = new BufferedInputStream(in, 1 << 16);
      this.name = name;
    }

    /** Reads all archives up to the end, or to something that is no archive. */
    void readMembers(Map<String, Member> members) throws IOException {
      skipZeros();
      while (begins("070701") || begins("070702")) {
        readArchive(members);
        skipZeros();
      }
    }

    private void readArchive(Map<String, Member> members) throws IOException {
      while (true) {
        long start = offset;
        byte[] header = bytes(HEADER);
        long[] fields = fields(header, start);
        int nameSize = (int) Math.min(fields[11], Integer.MAX_VALUE);
        if (nameSize < 1 || nameSize > MAX_NAME) {
          throw malformed(start, "expected a name of 1 to " + MAX_NAME + " bytes, got " + nameSize);
        }
        byte[] encoded = bytes(nameSize);
        names += nameSize;
        if (names > MAX_NAMES) {
          throw malformed(start, "expected names of at most " + MAX_NAMES + " bytes together");
        }
        String path = LosslessUtf8.decode(encoded, 0, nameSize - 1);
        skip(-(HEADER + nameSize) & 3);
        if (path.equals(TRAILER)) {
          return;
        }
        MessageDigest hash = Digest.sha256();
        long size = fields[6];
        hash(size, hash, start);
        skip((int) (-size & 3));
        members.remove(path);
        members.put(path, new Member((int) fields[1], fields[5], size, Digest.of(hash)));
        if (members.size() > MAX_MEMBERS) {
          throw malformed(start, "expected at most " + MAX_MEMBERS + " members");
        }
      }
    }

    private long[] fields(byte[] header, long start) throws IOException {
      String text = new String(header, StandardCharsets.ISO_8859_1);
      if (!text.startsWith("07070")) {
        throw malformed(start, "expected the magic number of a cpio archive, 070701");
      }
      long[] fields = new long[FIELDS];
      for (int i = 0; i < FIELDS; i++) {
        int at = 6 + 8 * i;
        try {
          fields[i] = HexFormat.fromHexDigitsToLong(text, at, at + 8);
        } catch (IllegalArgumentException e) {
          throw malformed(start + at, "expected eight hexadecimal digits");
        }
      }
      return fields;
    }

    private void hash(long size, MessageDigest hash, long start) throws IOException {
      for (long left = size; left > 0; ) {
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (n < 0) {
          throw malformed(start, "expected " + size + " bytes of content, got " + (size - left));
        }
        hash.update(buffer, 0, n);
        left -= n;
        offset += n;
        requireSane();
      }
    }

    private void requireSane() throws IOException {
      if (offset > MAX_BYTES) {
        throw malformed(offset, "expected at most " + MAX_BYTES + " bytes when uncompressed");
      }
    }

    private byte[] bytes(int count) throws IOException {
      byte[] bytes = in.readNBytes(count);
      if (bytes.length < count) {
        throw malformed(offset, "expected " + count + " bytes, got " + bytes.length);
      }
      offset += count;
      return bytes;
    }

    private void skip(int count) throws IOException {
      try {
        in.skipNBytes(count);
      } catch (EOFException e) {
        throw malformed(offset, "expected padding, got the end of the file");
      }
      offset += count;
    }

    private void skipZeros() throws IOException {
      int next;
      do {
        in.mark(1);
        next = in.read();
        offset += next == 0 ? 1 : 0;
        requireSane();
      } while (next == 0);
      in.reset();
    }

    private boolean begins(String magic) throws IOException {
      return new String(peek(magic.length()), StandardCharsets.ISO_8859_1).equals(magic);
    }

    private byte[] peek(int count) throws IOException {
      in.mark(count);
      byte[] bytes = in.readNBytes(count);
      in.reset();
      return bytes;
    }

    /** Returns how the rest is compressed; "none" at the end of the file. */
    String compression() throws IOException {
      String start = HexFormat.of().formatHex(peek(6));
      return start.isEmpty()
          ? "none"
          : COMPRESSIONS.entrySet().stream()
              .filter(known -> start.startsWith(known.getKey()))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse("unknown");
    }

    /** Returns the time in gzip's header. */
    OptionalLong stamp(String compression) throws IOException {
      byte[] header = peek(8);
      if (!compression.equals("gzip") || header.length < 8) {
        return OptionalLong.empty();
      }
      long time = 0;
      for (int i = 7; i >= 4; i--) {
        time = (time << 8) | (header[i] & 0xFF);
      }
      return OptionalLong.of(time);
    }

    private IOException malformed(long at, String problem) {
      return new IOException("reading " + name + " at byte " + at + ": " + problem);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
