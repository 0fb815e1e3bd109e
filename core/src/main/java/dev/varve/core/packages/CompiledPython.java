package dev.varve.core.packages;

import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compiled Python modules that record the time of their source. Python compiles a module anew if
 * the source has another time.
 *
 * @see <a href="https://peps.python.org/pep-0552/">PEP 552</a>
 */
public final class CompiledPython {
  private static final Pattern PATH =
      Pattern.compile(
          "((?:.*/)?)__pycache__/([^/]+?)\\.[a-z]++-?\\d[^/.]*+(?:\\.opt-[^/.]++)?\\.pyc");

  private static final int HEADER = 16;
  private static final int FLAGS = 4;
  private static final int TIME = 8;
  private static final int SIZE = 12;
  private static final long UINT32 = 0xFFFF_FFFFL;

  private CompiledPython() {}

  /** Returns the path of a compiled module's source; empty if the path is no compiled module's. */
  public static Optional<String> source(String path) {
    if (!path.endsWith(".pyc")) {
      return Optional.empty();
    }
    Matcher compiled = PATH.matcher(path);
    return compiled.matches()
        ? Optional.of(compiled.group(1) + compiled.group(2) + ".py")
        : Optional.empty();
  }

  /**
   * Returns the recorded time of the source, in seconds since the epoch modulo 2^32; empty if the
   * module is checked by a hash, or not at all.
   */
  public static OptionalLong recordedTime(Content module) throws IOException {
    byte[] header = header(module);
    if (header.length < HEADER || header[2] != '\r' || header[3] != '\n') {
      return OptionalLong.empty();
    }
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    return fields.getInt(FLAGS) == 0
        ? OptionalLong.of(fields.getInt(TIME) & UINT32)
        : OptionalLong.empty();
  }

  private static byte[] header(Content module) throws IOException {
    try (InputStream in = module.open()) {
      return in.readNBytes(HEADER);
    }
  }

  /**
   * Returns whether a module will be compiled anew, because it records another time than its source
   * has.
   */
  public static boolean isStale(Content module, Inode source) throws IOException {
    OptionalLong recorded = recordedTime(module);
    return recorded.isPresent() && recorded.getAsLong() != (source.mtime() & UINT32);
  }

  /**
   * Returns whether a module is of its source as both were built: with the time and the size of the
   * source.
   */
  private static boolean isValid(Content module, Inode source) throws IOException {
    byte[] header = header(module);
    return recordedTime(module).isPresent()
        && !isStale(module, source)
        && (ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(SIZE) & UINT32)
            == (source.size() & UINT32);
  }

  /**
   * Returns a copy of a tree in which modules record the times that their sources have there. A
   * module that Python would not have used in the build stays as it is: its source is another one.
   * So does a module of several sources, by hard links, that needs another time for each.
   *
   * @param built the tree with the times of the build, and otherwise the same paths and contents
   * @param left receives the paths of modules of several sources that stay as they are
   */
  public static FileTree repaired(FileTree tree, FileTree built, Consumer<String> left)
      throws IOException {
    IdentityHashMap<Inode, TreeSet<Long>> times = new IdentityHashMap<>();
    for (FileTree.Entry entry : built.entries()) {
      OptionalLong time = neededTime(entry, tree, built);
      if (time.isPresent()) {
        times
            .computeIfAbsent(tree.find(entry.path()).orElseThrow(), each -> new TreeSet<>())
            .add(time.getAsLong());
      }
    }
    IdentityHashMap<Inode, Inode> repaired = new IdentityHashMap<>();
    for (FileTree.Entry entry : tree.entries()) {
      Inode inode = entry.inode();
      TreeSet<Long> needed = times.getOrDefault(inode, new TreeSet<>());
      if (needed.size() > 1) {
        left.accept(entry.path());
      } else if (!needed.isEmpty() && !repaired.containsKey(inode)) {
        Content module = inode.content().orElseThrow();
        if (recordedTime(module).orElseThrow() != needed.first()) {
          repaired.put(inode, inode.withContent(new Timed(module, needed.first())));
        }
      }
    }
    return repaired.isEmpty()
        ? tree
        : tree.map((each, inode) -> repaired.getOrDefault(inode, inode));
  }

  /**
   * Returns the time that a module has to record for its source at this path: that of the source,
   * or the recorded one if Python did not use the module in the build. Empty for other files, and
   * for a module without a source or a time.
   */
  private static OptionalLong neededTime(FileTree.Entry entry, FileTree tree, FileTree built)
      throws IOException {
    Optional<Content> module = entry.inode().content();
    Optional<String> path = source(entry.path());
    Optional<Inode> asBuilt = path.flatMap(built::find);
    if (module.isEmpty() || asBuilt.isEmpty() || asBuilt.get().content().isEmpty()) {
      return OptionalLong.empty();
    }
    return isValid(module.get(), asBuilt.get())
        ? OptionalLong.of(tree.find(path.get()).orElseThrow().mtime() & UINT32)
        : recordedTime(module.get());
  }

  /** A module that records another time. */
  private static final class Timed implements Content {
    private final Content module;
    private final byte[] header;
    private final Digest digest;

    Timed(Content module, long time) throws IOException {
      this.module = module;
      this.header = header(module);
      ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putInt(TIME, (int) time);
      MessageDigest hash = Digest.sha256();
      try (InputStream in = open()) {
        byte[] buffer = new byte[1 << 13];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          hash.update(buffer, 0, n);
        }
      }
      this.digest = Digest.of(hash);
    }

    @Override
    public long size() {
      return module.size();
    }

    @Override
    public Digest digest() {
      return digest;
    }

    @Override
    public InputStream open() throws IOException {
      InputStream rest = module.open();
      try {
        rest.skipNBytes(HEADER);
      } catch (IOException e) {
        rest.close();
        throw e;
      }
      return new SequenceInputStream(new ByteArrayInputStream(header), rest);
    }
  }
}
