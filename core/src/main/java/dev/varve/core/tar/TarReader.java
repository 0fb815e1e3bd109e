package dev.varve.core.tar;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive entry by entry: {@link #next} for the header, {@link #body} for the content.
 *
 * <p>Paths and the targets of hard links come out relative, without "." and ".." segments, doubled
 * or trailing slashes. The reader refuses paths that leave the root by "..", types that no layer
 * may have, numbers and names above its limits, and malformed or truncated archives; the message
 * names the entry.
 *
 * <p>Not thread-safe. The caller closes the stream; the reader itself needs no closing.
 */
public final class TarReader {
  private static final int MAX_NAME = 1 << 16;

  private final BlockInput input;
  private final ErrorLocation location;
  private PaxRecords globals;
  private EntryBody body;
  private boolean ended;

  // From extended headers, about the entry that follows.
  private @Nullable PaxRecords extended;
  private @Nullable String longName;
  private @Nullable String longLink;

  /**
   * Reads an archive from its first byte.
   *
   * @param in the uncompressed archive; not closed; read in blocks of 64 KiB, ahead of the entries
   *     returned
   * @param name the archive's name for error messages
   */
  public TarReader(InputStream in, String name) {
    this.input = new BlockInput(in);
    this.location = new ErrorLocation(name);
    this.globals = new PaxRecords(location);
    this.body = EntryBody.none(input, location);
  }

  /**
   * Returns the next entry, after skipping what is left of the last entry's body.
   *
   * <p>The archive ends with two blocks of zeros or with the stream. Bytes after the blocks are
   * read and dropped, to let an underlying stream that counts, hashes or decompresses reach its
   * end.
   *
   * @return empty at the archive's end
   * @throws MalformedTarException if the archive is malformed
   * @throws IOException if reading the stream fails
   */
  public Optional<TarEntry> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    body.skipRest();
    extended = null;
    longName = null;
    longLink = null;
    while (true) {
      location.headerAt(input.offset());
      int at = input.nextBlock();
      if (at == -2) {
        throw location.malformed("the archive ends within a header");
      }
      if (at == -1 || Header.isZero(input.buffer(), at)) {
        end(at);
        return Optional.empty();
      }
      Optional<TarEntry> entry = header(new Header(input.buffer(), at, location));
      if (entry.isPresent()) {
        return entry;
      }
    }
  }

  /**
   * The content of the entry that {@link #next} returned last: {@link TarEntry#size} bytes, holes
   * included; none unless it is a {@link TarEntry.Type#FILE}.
   *
   * @return a stream that is valid until {@link #next} is called; reading and closing it is
   *     optional
   */
  public InputStream body() {
    return body;
  }

  /**
   * The number of archive bytes consumed. After {@link #next} it is the offset of the entry's
   * stored content.
   *
   * @return bytes from the start of the uncompressed archive
   */
  public long offset() {
    return input.offset();
  }

  private void end(int at) throws IOException {
    if (extended != null || longName != null || longLink != null) {
      throw location.malformed("the archive ends after an extended header");
    }
    if (at >= 0) {
      // A single block of zeros is accepted at the end of the stream.
      int second = input.nextBlock();
      if (second >= 0 && !Header.isZero(input.buffer(), second)) {
        throw location.malformed("expected a second block of zeros or the archive's end");
      }
      input.skip(Long.MAX_VALUE);
    }
    body = EntryBody.none(input, location);
    ended = true;
  }

  /** Processes one header; empty if it is an extended header and the entry's own header follows. */
  private Optional<TarEntry> header(Header header) throws IOException {
    char flag = header.typeFlag();
    switch (flag) {
      case 'x' -> {
        extended = extended == null ? globals.copy() : extended;
        readPax(header, extended);
      }
      case 'g' -> {
        readPax(header, globals);
        globals.requireFew();
      }
      case 'L' -> longName = readLongName(header);
      case 'K' -> longLink = readLongName(header);
      // A volume's label is not a file.
      case 'V' -> skip(header.size() + padding(header.size()));
      default -> {
        return Optional.of(entry(header, flag));
      }
    }
    return Optional.empty();
  }

  private TarEntry entry(Header header, char flag) throws IOException {
    PaxRecords pax = extended == null ? globals : extended;
    String name = longName != null ? longName : or(pax.name("path"), header.name());
    String sparseName = pax.name("GNU.sparse.name");
    name = sparseName != null ? sparseName : name;
    location.named(name);

    TarEntry.Type type = type(flag, name);
    String path = normalize(name, "the path");
    if (path.isEmpty() && type != TarEntry.Type.DIRECTORY) {
      throw location.malformed("it has no name");
    }
    String target = type.isLink() ? target(header, type, pax) : "";
    PaxTime mtime = pax.time("mtime");
    mtime = mtime != null ? mtime : new PaxTime(header.mtime(), 0);
    int mode = header.mode();
    long uid = pax.number("uid", Header.MAX_OWNER, -1);
    uid = uid >= 0 ? uid : header.uid();
    long gid = pax.number("gid", Header.MAX_OWNER, -1);
    gid = gid >= 0 ? gid : header.gid();
    int devMajor = type.isDevice() ? header.devMajor() : 0;
    int devMinor = type.isDevice() ? header.devMinor() : 0;
    // Last, because openBody may read further blocks, which overwrite the header.
    body = openBody(header, flag, type, pax);
    return new TarEntry(
        path,
        type,
        mode,
        uid,
        gid,
        body.size(),
        mtime.seconds(),
        mtime.nanos(),
        target,
        pax.xattrs(),
        devMajor,
        devMinor);
  }

  private String target(Header header, TarEntry.Type type, PaxRecords pax)
      throws MalformedTarException {
    String name = longLink != null ? longLink : or(pax.name("linkpath"), header.linkName());
    String target = type == TarEntry.Type.HARD_LINK ? normalize(name, "the link's target") : name;
    if (target.isEmpty()) {
      throw location.malformed("its link target is empty");
    }
    return target;
  }

  private TarEntry.Type type(char flag, String name) throws MalformedTarException {
    return switch (flag) {
      // V7 marks directories by a trailing slash; '7' is a file to be stored contiguously.
      case 0, '0', '7' -> name.endsWith("/") ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
      case 'S' -> TarEntry.Type.FILE;
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMLINK;
      case '3' -> TarEntry.Type.CHARACTER_DEVICE;
      case '4' -> TarEntry.Type.BLOCK_DEVICE;
      // 'D' is GNU's directory in an incremental backup; its content is a list of names.
      case '5', 'D' -> TarEntry.Type.DIRECTORY;
      case '6' -> TarEntry.Type.FIFO;
      case 'M' -> throw location.malformed("it continues a file from another volume");
      default -> {
        String shown = flag > ' ' && flag < 0x7F ? "'" + flag + "'" : "number " + (int) flag;
        throw location.malformed("its type is unknown: " + shown);
      }
    };
  }

  private EntryBody openBody(Header header, char flag, TarEntry.Type type, PaxRecords pax)
      throws IOException {
    // Links, devices and directories have no content, even with a size in the header.
    boolean stores = flag == 0 || flag == '0' || flag == '7' || flag == 'S' || flag == 'D';
    long stored = 0;
    if (stores) {
      stored = pax.number("size", Header.MAX_SIZE, -1);
      stored = stored >= 0 ? stored : header.size();
    }
    if (type != TarEntry.Type.FILE) {
      return EntryBody.hidden(input, location, stored);
    }
    if (flag == 'S') {
      return oldSparse(header, stored);
    }
    if (pax.has("GNU.sparse.major")) {
      return newSparse(pax, stored);
    }
    if (pax.has("GNU.sparse.map") || pax.has("GNU.sparse.size")) {
      return EntryBody.sparse(input, location, realSize(pax), stored, pax.sparseMap());
    }
    return EntryBody.plain(input, location, stored);
  }

  private EntryBody oldSparse(Header header, long stored) throws IOException {
    SparseMap map = new SparseMap(location);
    header.addOldSparse(map);
    long size = header.oldSparseRealSize();
    boolean more = header.oldSparseContinues();
    while (more) {
      more = Header.addOldSparseBlock(input.buffer(), blockOfMap(), location, map);
    }
    return EntryBody.sparse(input, location, size, stored, map);
  }

  /**
   * Opens a sparse file of format 1.0, where the map is stored as decimal lines before the data.
   */
  private EntryBody newSparse(PaxRecords pax, long stored) throws IOException {
    long major = pax.number("GNU.sparse.major", Integer.MAX_VALUE, 0);
    long minor = pax.number("GNU.sparse.minor", Integer.MAX_VALUE, 0);
    if (major == 0) {
      return EntryBody.sparse(input, location, realSize(pax), stored, pax.sparseMap());
    }
    if (major != 1 || minor != 0) {
      throw location.malformed("its sparse format is unknown: " + major + "." + minor);
    }
    long start = input.offset();
    SparseMap map = new SparseMapLines(this::blockOfMap, input.buffer(), location).read();
    long left = stored - (input.offset() - start);
    return EntryBody.sparse(input, location, realSize(pax), left, map);
  }

  private int blockOfMap() throws IOException {
    int at = input.nextBlock();
    if (at < 0) {
      throw location.malformed("the archive ends within a sparse map");
    }
    return at;
  }

  private long realSize(PaxRecords pax) throws MalformedTarException {
    long size = pax.number("GNU.sparse.realsize", Header.MAX_SIZE, -1);
    size = size >= 0 ? size : pax.number("GNU.sparse.size", Header.MAX_SIZE, -1);
    if (size < 0) {
      throw location.malformed("it is sparse, but its real size is missing");
    }
    return size;
  }

  private String normalize(String path, String what) throws MalformedTarException {
    return EntryPath.normalize(path)
        .orElseThrow(
            () -> location.malformed(what + " leaves the root: " + ErrorLocation.printable(path)));
  }

  private void readPax(Header header, PaxRecords records) throws IOException {
    int size = boundedSize(header, PaxRecords.MAX_BYTES, "the PAX header");
    records.parse(readExtension(size), size);
  }

  private String readLongName(Header header) throws IOException {
    int size = boundedSize(header, MAX_NAME, "the name");
    byte[] bytes = readExtension(size);
    int end = 0;
    while (end < size && bytes[end] != 0) {
      end++;
    }
    for (int i = end; i < size; i++) {
      if (bytes[i] != 0) {
        throw location.malformed("the long name holds a NUL");
      }
    }
    return LosslessUtf8.decode(bytes, 0, end);
  }

  private int boundedSize(Header header, int max, String what) throws MalformedTarException {
    long size = header.size();
    if (size > max) {
      throw location.malformed(
          what + " is too long: expected at most " + max + " bytes, got " + size);
    }
    return (int) size;
  }

  private byte[] readExtension(int size) throws IOException {
    byte[] bytes = new byte[size];
    int read = 0;
    while (read < size) {
      int n = input.read(bytes, read, size - read);
      if (n < 0) {
        throw location.malformed("the archive ends within an extended header");
      }
      read += n;
    }
    skip(padding(size));
    return bytes;
  }

  private void skip(long size) throws IOException {
    if (!input.skip(size)) {
      throw location.malformed("the archive ends within an extended header");
    }
  }

  static long padding(long size) {
    return -size & (BlockInput.BLOCK - 1);
  }

  private static String or(@Nullable String first, String second) {
    return first != null ? first : second;
  }
}
