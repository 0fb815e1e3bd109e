package dev.varve.core.tar;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Writes a tar archive. The same entries in the same order give the same bytes.
 *
 * <p>Headers are ustar headers. Values that don't fit are in PAX records, sorted, under a fixed
 * name:
 *
 * <ul>
 *   <li>a path or link target that is too long or not ASCII, as raw bytes, even if these are not
 *       UTF-8 (GNU tar, Go, Python and libarchive return them unchanged);
 *   <li>a size of 8 GiB or more, an owner above 2,097,151, a time before 1970 or after 2242;
 *   <li>extended attributes, as <code>SCHILY.xattr.</code> records with their bytes.
 * </ul>
 *
 * <p>Times are whole seconds; {@link TarEntry#mtimeNanos} is not written, because clients that
 * compare the files of layers drop fractions.
 *
 * <p>Not thread-safe. After an exception the archive can't be completed. The caller closes the
 * stream; the writer itself needs no closing.
 */
public final class TarWriter {
  private static final int BLOCK = BlockInput.BLOCK;

  private final OutputStream out;
  private final byte[] buffer = new byte[1 << 16];
  private int used;
  private long flushed;

  /**
   * Writes an archive from its first byte.
   *
   * @param out not closed; written to in pieces of up to 64 KiB
   */
  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Adds an entry that has no content.
   *
   * @param entry the entry, of size 0
   * @throws IllegalArgumentException if the entry's size is not 0
   * @throws IOException if the tar format can't represent the entry, or writing fails
   */
  public void add(TarEntry entry) throws IOException {
    add(entry, InputStream.nullInputStream());
  }

  /**
   * Adds an entry with its content.
   *
   * @param entry the entry
   * @param body its content, read to its end; not closed
   * @throws IOException if the content's length is not the entry's size, if the tar format can't
   *     represent the entry, or if reading or writing fails
   */
  public void add(TarEntry entry, InputStream body) throws IOException {
    header(entry);
    long left = entry.size();
    while (left > 0) {
      int n = body.read(buffer, used, (int) Math.min(left, buffer.length - used));
      if (n < 0) {
        throw wrongSize(entry, Long.toString(entry.size() - left));
      }
      left -= n;
      advance(n);
    }
    if (body.read() >= 0) {
      throw wrongSize(entry, "more");
    }
    pad();
  }

  /**
   * Ends the archive with two blocks of zeros, and flushes the buffer.
   *
   * @throws IOException if writing fails
   */
  public void finish() throws IOException {
    write(new byte[2 * BLOCK]);
    flush();
  }

  /**
   * The archive's length so far.
   *
   * @return bytes, including those that are still in the buffer
   */
  public long size() {
    return flushed + used;
  }

  private void header(TarEntry entry) throws IOException {
    byte[] path = LosslessUtf8.encode(name(entry));
    byte[] target = LosslessUtf8.encode(entry.linkTarget());
    UstarHeader header = new UstarHeader(type(entry.type()));
    PaxRecordsWriter pax = new PaxRecordsWriter(entry.path());
    if (!header.name(path)) {
      pax.add("path", path);
    }
    if (!header.linkName(target)) {
      pax.add("linkpath", target);
    }
    header.mode(entry.mode());
    if (!header.uid(entry.uid())) {
      pax.add("uid", entry.uid());
    }
    if (!header.gid(entry.gid())) {
      pax.add("gid", entry.gid());
    }
    if (!header.size(entry.size())) {
      pax.add("size", entry.size());
    }
    if (!header.mtime(entry.mtimeSeconds())) {
      pax.add("mtime", entry.mtimeSeconds());
    }
    if (!header.device(entry.devMajor(), entry.devMinor())) {
      throw new IOException(
          "writing %s: a tar can't hold the device number %d:%d"
              .formatted(
                  ErrorLocation.printable(entry.path()), entry.devMajor(), entry.devMinor()));
    }
    pax.add(entry.xattrs());
    if (!pax.isEmpty()) {
      byte[] records = pax.toByteArray();
      write(UstarHeader.ofPaxRecords(records.length));
      write(records);
      pad();
    }
    write(header.toByteArray());
  }

  /** The name in the header: directories get a trailing slash; the root is "./". */
  private static String name(TarEntry entry) {
    if (entry.type() != TarEntry.Type.DIRECTORY) {
      return entry.path();
    }
    return entry.path().isEmpty() ? "./" : entry.path() + "/";
  }

  private static char type(TarEntry.Type type) {
    return switch (type) {
      case FILE -> '0';
      case HARD_LINK -> '1';
      case SYMLINK -> '2';
      case CHARACTER_DEVICE -> '3';
      case BLOCK_DEVICE -> '4';
      case DIRECTORY -> '5';
      case FIFO -> '6';
    };
  }

  private static IOException wrongSize(TarEntry entry, String got) {
    return new IOException(
        "writing %s: its content changed: expected %d bytes, got %s"
            .formatted(ErrorLocation.printable(entry.path()), entry.size(), got));
  }

  private void write(byte[] bytes) throws IOException {
    int written = 0;
    while (written < bytes.length) {
      int n = Math.min(bytes.length - written, buffer.length - used);
      System.arraycopy(bytes, written, buffer, used, n);
      written += n;
      advance(n);
    }
  }

  private void pad() throws IOException {
    int padding = (int) TarReader.padding(size());
    // The padding fits: the buffer's length is a multiple of the block size.
    Arrays.fill(buffer, used, used + padding, (byte) 0);
    advance(padding);
  }

  private void advance(int n) throws IOException {
    used += n;
    if (used == buffer.length) {
      flush();
    }
  }

  private void flush() throws IOException {
    out.write(buffer, 0, used);
    flushed += used;
    used = 0;
  }
}
