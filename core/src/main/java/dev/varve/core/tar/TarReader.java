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
 * or trailing slashes. Refused, by name: paths that climb out with "..", types no layer may hold,
 * numbers and names of absurd size, and all that is malformed or cut off.
 *
 * <p>Not thread-safe. Holds nothing that needs closing; the stream is the caller's to close.
 */
public final class TarReader {
  private static final int MAX_NAME = 1 << 16;

  private final BlockInput input;
  private final Where where;
  private PaxRecords globals;
  private EntryBody body;
  private boolean ended;

  // What extended headers said about the entry that is to come.
  private @Nullable PaxRecords extended;
  private @Nullable String longName;
  private @Nullable String longLink;

  /**
   * Reads an archive from its first byte.
   *
   * @param in the uncompressed archive; not closed; read in blocks of 64 KiB, so ahead of what is
   *     handed out
   * @param name what to call the archive in error messages
   */
  public TarReader(InputStream in, String name) {
    this.input = new BlockInput(in);
    this.where = new Where(name);
    this.globals = new PaxRecords(where);
    this.body = EntryBody.none(input, where);
  }

  /**
   * Steps to the next entry, over what was not read of the last one's body.
   *
   * <p>At the archive's end, which is two blocks of zeros or the end of the stream, what follows is
   * read and dropped: a stream below that counts, hashes or decompresses has then seen its end.
   *
   * @return the entry, or nothing at the archive's end
   * @throws MalformedTarException if the archive is not as it should be
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
      where.headerAt(input.offset());
      int at = input.nextBlock();
      if (at == -2) {
        throw where.malformed("the archive ends within a header");
      }
      if (at == -1 || Header.isZero(input.buffer(), at)) {
        end(at);
        return Optional.empty();
      }
      Optional<TarEntry> entry = header(new Header(input.buffer(), at, where));
      if (entry.isPresent()) {
        return entry;
      }
    }
  }

  /**
   * The content of the entry that {@link #next} returned last: {@link TarEntry#size} bytes, holes
   * included; none unless it is a {@link TarEntry.Type#FILE}.
   *
   * @return a stream that is valid until {@link #next} is called; it need be neither read nor
   *     closed
   */
  public InputStream body() {
    return body;
  }

  /**
   * How much of the archive has been handed out. After {@link #next} this is where the entry's
   * content begins, as stored.
   *
   * @return bytes from the start of the uncompressed archive
   */
  public long offset() {
    return input.offset();
  }

  private void end(int at) throws IOException {
    if (extended != null || longName != null || longLink != null) {
      throw where.malformed("the archive ends after an extended header");
    }
    if (at >= 0) {
      // A lone block of zeros will do where nothing follows.
      int second = input.nextBlock();
      if (second >= 0 && !Header.isZero(input.buffer(), second)) {
        throw where.malformed("expected a second block of zeros or the archive's end");
      }
      input.skip(Long.MAX_VALUE);
    }
    body = EntryBody.none(input, where);
    ended = true;
  }

  /** Takes in one header with what belongs to it; nothing if the entry proper is to come. */
  private Optional<TarEntry> header(Header header) throws IOException {
    char flag = header.typeFlag();
    switch (flag) {
      case 'x' -> {
        extended = extended == null ? globals.copy() : extended;
        readPax(header, extended);
      }
      case 'g' -> readPax(header, globals);
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
    where.named(name);

    TarEntry.Type type = type(flag, name);
    String path = normalize(name, "the path");
    if (path.isEmpty() && type != TarEntry.Type.DIRECTORY) {
      throw where.malformed("it has no name");
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
    // Last, because it may read on: from here the header is gone.
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
      throw where.malformed("it is a link to nothing");
    }
    return target;
  }

  private TarEntry.Type type(char flag, String name) throws MalformedTarException {
    return switch (flag) {
      // V7 knows directories by their trailing slash; '7' is a file that wants to lie in one piece.
      case 0, '0', '7' -> name.endsWith("/") ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
      case 'S' -> TarEntry.Type.FILE;
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMLINK;
      case '3' -> TarEntry.Type.CHARACTER_DEVICE;
      case '4' -> TarEntry.Type.BLOCK_DEVICE;
      // 'D' is GNU's directory in an incremental backup; its content is a list of names.
      case '5', 'D' -> TarEntry.Type.DIRECTORY;
      case '6' -> TarEntry.Type.FIFO;
      case 'M' -> throw where.malformed("it continues a file from another volume");
      default -> {
        String shown = flag > ' ' && flag < 0x7F ? "'" + flag + "'" : "number " + (int) flag;
        throw where.malformed("its type is unknown: " + shown);
      }
    };
  }

  private EntryBody openBody(Header header, char flag, TarEntry.Type type, PaxRecords pax)
      throws IOException {
    // Links, devices and directories have no content, whatever their size says.
    boolean stores = flag == 0 || flag == '0' || flag == '7' || flag == 'S' || flag == 'D';
    long stored = 0;
    if (stores) {
      stored = pax.number("size", Header.MAX_SIZE, -1);
      stored = stored >= 0 ? stored : header.size();
    }
    if (type != TarEntry.Type.FILE) {
      return EntryBody.hidden(input, where, stored);
    }
    if (flag == 'S') {
      return oldSparse(header, stored);
    }
    if (pax.has("GNU.sparse.major")) {
      return newSparse(pax, stored);
    }
    if (pax.has("GNU.sparse.map") || pax.has("GNU.sparse.size")) {
      return EntryBody.sparse(input, where, realSize(pax), stored, pax.sparseMap());
    }
    return EntryBody.plain(input, where, stored);
  }

  private EntryBody oldSparse(Header header, long stored) throws IOException {
    SparseMap map = new SparseMap(where);
    header.addOldSparse(map);
    long size = header.oldSparseRealSize();
    boolean more = header.oldSparseContinues();
    while (more) {
      more = Header.addOldSparseBlock(input.buffer(), blockOfMap(), where, map);
    }
    return EntryBody.sparse(input, where, size, stored, map);
  }

  /** Format 1.0: the map, in decimal lines, comes before the data. */
  private EntryBody newSparse(PaxRecords pax, long stored) throws IOException {
    long major = pax.number("GNU.sparse.major", Integer.MAX_VALUE, 0);
    long minor = pax.number("GNU.sparse.minor", Integer.MAX_VALUE, 0);
    if (major == 0) {
      return EntryBody.sparse(input, where, realSize(pax), stored, pax.sparseMap());
    }
    if (major != 1 || minor != 0) {
      throw where.malformed("its sparse format is unknown: " + major + "." + minor);
    }
    long start = input.offset();
    SparseMap map = new SparseMapLines(this::blockOfMap, input.buffer(), where).read();
    long left = stored - (input.offset() - start);
    return EntryBody.sparse(input, where, realSize(pax), left, map);
  }

  private int blockOfMap() throws IOException {
    int at = input.nextBlock();
    if (at < 0) {
      throw where.malformed("the archive ends within a sparse map");
    }
    return at;
  }

  private long realSize(PaxRecords pax) throws MalformedTarException {
    long size = pax.number("GNU.sparse.realsize", Header.MAX_SIZE, -1);
    size = size >= 0 ? size : pax.number("GNU.sparse.size", Header.MAX_SIZE, -1);
    if (size < 0) {
      throw where.malformed("it is sparse, but its real size is not told");
    }
    return size;
  }

  private String normalize(String path, String what) throws MalformedTarException {
    return EntryPath.normalize(path)
        .orElseThrow(() -> where.malformed(what + " climbs out: " + Where.printable(path)));
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
        throw where.malformed("the long name holds a NUL");
      }
    }
    return LosslessUtf8.decode(bytes, 0, end);
  }

  private int boundedSize(Header header, int max, String what) throws MalformedTarException {
    long size = header.size();
    if (size > max) {
      throw where.malformed(
          what + " is too long: " + size + " bytes, at most " + max + " are read");
    }
    return (int) size;
  }

  private byte[] readExtension(int size) throws IOException {
    byte[] bytes = new byte[size];
    int read = 0;
    while (read < size) {
      int n = input.read(bytes, read, size - read);
      if (n < 0) {
        throw where.malformed("the archive ends within an extended header");
      }
      read += n;
    }
    skip(padding(size));
    return bytes;
  }

  private void skip(long size) throws IOException {
    if (!input.skip(size)) {
      throw where.malformed("the archive ends within an extended header");
    }
  }

  static long padding(long size) {
    return -size & (BlockInput.BLOCK - 1);
  }

  private static String or(@Nullable String first, String second) {
    return first != null ? first : second;
  }
}
