package dev.varve.core.layout;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.compress.Magic;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A layout in an uncompressed tar, read in place: opening the archive records the offset of each
 * entry's content, and seeks over large contents.
 */
final class ArchiveFiles implements LayoutFiles {
  /** The size of a content up to which reading is cheaper than seeking. */
  private static final long SEEK_BYTES = 1 << 20;

  private static final int MAX_LINKS = 8;

  private final Path archive;
  private final Map<String, Extent> files = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();

  private record Extent(long start, long size) {}

  private ArchiveFiles(Path archive) {
    this.archive = archive;
  }

  /** Reads the entries' headers; {@code reference} is for messages. */
  static ArchiveFiles open(Path archive, String reference) throws IOException {
    if (!Lookup.isFile(archive)) {
      throw new IOException(
          "opening "
              + reference
              + ": "
              + (Lookup.exists(archive) ? archive + " is not a file" : "there is no " + archive));
    }
    refuseCompressed(archive, reference);
    ArchiveFiles files = new ArchiveFiles(archive);
    try (FileChannel channel = FileChannel.open(archive)) {
      files.index(channel, reference);
    }
    return files;
  }

  private static void refuseCompressed(Path archive, String reference) throws IOException {
    byte[] start;
    try (InputStream in = FileInput.open(archive)) {
      start = in.readNBytes(Magic.BYTES);
    }
    Magic compression = Magic.of(start);
    if (compression != Magic.NONE) {
      throw new IOException(
          "opening "
              + reference
              + ": the archive is compressed with "
              + compression.label()
              + ", expected a plain tar; decompress it first: "
              + compression.label()
              + " -d "
              + archive);
    }
  }

  private void index(FileChannel channel, String reference) throws IOException {
    long base = 0;
    while (base >= 0) {
      String name = base == 0 ? reference : reference + " from byte " + base;
      base = indexUntilLarge(base, new TarReader(slice(channel, base), name));
      if (base > size(channel)) {
        throw new IOException(
            "opening "
                + reference
                + ": the archive is cut off: expected at least "
                + base
                + " bytes, got "
                + size(channel));
      }
    }
  }

  /**
   * Records entries up to a large one, and returns the offset of the next header; -1 at the end.
   */
  private long indexUntilLarge(long base, TarReader tar) throws IOException {
    for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
      TarEntry entry = next.get();
      long start = base + tar.offset();
      links.remove(entry.path());
      files.remove(entry.path());
      switch (entry.type()) {
        case FILE -> files.put(entry.path(), new Extent(start, entry.size()));
        case HARD_LINK -> links.put(entry.path(), "/" + entry.linkTarget());
        case SYMLINK -> links.put(entry.path(), entry.linkTarget());
        default -> {} // a directory
      }
      if (entry.size() > SEEK_BYTES) {
        return start + (entry.size() + 511) / 512 * 512;
      }
    }
    return -1;
  }

  private InputStream slice(FileChannel channel, long start) throws IOException {
    return new ChannelSlice(archive, channel, start, Math.max(0, size(channel) - start), false);
  }

  private long size(FileChannel channel) throws IOException {
    try {
      return channel.size();
    } catch (IOException e) {
      throw FileInput.named(archive, e);
    }
  }

  private Optional<Extent> find(String name) {
    String at = name;
    for (int followed = 0; followed <= MAX_LINKS; followed++) {
      Extent extent = files.get(at);
      if (extent != null) {
        return Optional.of(extent);
      }
      String target = links.get(at);
      if (target == null) {
        return Optional.empty();
      }
      at = resolve(at, target);
    }
    return Optional.empty();
  }

  private static String resolve(String link, String target) {
    Deque<String> names = new ArrayDeque<>();
    String whole = target.startsWith("/") ? target : link + "/../" + target;
    for (String name : whole.split("/", -1)) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return String.join("/", names);
  }

  @Override
  public OptionalLong size(String name) {
    Optional<Extent> extent = find(name);
    return extent.isPresent() ? OptionalLong.of(extent.get().size()) : OptionalLong.empty();
  }

  @Override
  public InputStream open(String name) throws IOException {
    Extent extent =
        find(name).orElseThrow(() -> new IOException("opening " + name + " in " + archive));
    // A channel for each stream, because an interrupt closes the channel in use.
    return new ChannelSlice(
        archive, FileChannel.open(archive), extent.start(), extent.size(), true);
  }

  @Override
  public Optional<Path> file(String name) {
    return Optional.empty();
  }

  @Override
  public List<String> top() {
    return files.keySet().stream()
        .map(name -> name.contains("/") ? name.substring(0, name.indexOf('/')) : name)
        .distinct()
        .sorted()
        .toList();
  }
}
