package dev.varve.core.filetree;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Unwraps an OSTree-encapsulated image, as published by Fedora Atomic and rpm-ostree. In such an
 * image every file is an object of a repository below {@code /sysroot/ostree}; the file's real path
 * is a hard link to the object, and its extended attributes may be in a second object. The
 * unwrapped plain image has the real paths with their attributes, and an empty {@code /sysroot}.
 */
public final class OstreeRepository {
  private static final String SYSROOT = "sysroot";
  private static final String OBJECTS = "sysroot/ostree/repo/objects/";
  private static final String FILE = ".file";
  private static final int MAX_XATTRS = 1 << 20;

  private OstreeRepository() {}

  /** Returns whether the image is OSTree-encapsulated. */
  public static boolean isIn(FileTree tree) {
    return tree.find("sysroot/ostree/repo").isPresent();
  }

  /** Returns the files of the plain image. */
  public static FileTree unwrap(FileTree tree) throws IOException {
    IdentityHashMap<Inode, Xattrs> beside = xattrObjects(tree);
    return tree.without(path -> path.startsWith(SYSROOT + "/"))
        .map(
            (path, inode) -> {
              Xattrs found = beside.get(inode);
              return found == null ? inode : inode.with(inode.mtime(), found);
            });
  }

  /** Returns the files of the plain image, whether or not the image is OSTree-encapsulated. */
  public static FileTree plain(FileTree tree) throws IOException {
    return isIn(tree) ? unwrap(tree) : tree;
  }

  private static IdentityHashMap<Inode, Xattrs> xattrObjects(FileTree tree) throws IOException {
    IdentityHashMap<Inode, Xattrs> found = new IdentityHashMap<>();
    IdentityHashMap<Inode, Xattrs> parsed = new IdentityHashMap<>();
    for (FileTree.Entry entry : tree.entries()) {
      String path = entry.path();
      if (!path.startsWith(OBJECTS) || !path.endsWith(FILE)) {
        continue;
      }
      Inode xattrs =
          tree.find(path + "-xattrs-link").or(() -> tree.find(path + "-xattrs")).orElse(null);
      if (xattrs == null || xattrs.kind() != Inode.Kind.FILE) {
        continue;
      }
      Xattrs value = parsed.get(xattrs);
      if (value == null) {
        value = parse(xattrs, path);
        parsed.put(xattrs, value);
      }
      found.put(entry.inode(), merge(entry.inode().xattrs(), value));
    }
    return found;
  }

  private static Xattrs merge(Xattrs own, Xattrs more) {
    Xattrs merged = own;
    for (String name : more.names()) {
      merged = merged.with(name, more.get(name).orElseThrow());
    }
    return merged;
  }

  private static Xattrs parse(Inode inode, String path) throws IOException {
    String reading = "reading the extended attributes of \"" + path + "\": ";
    if (inode.size() > MAX_XATTRS) {
      throw new MalformedLayerException(
          reading + "expected at most " + MAX_XATTRS + " bytes, got " + inode.size());
    }
    try (InputStream in = inode.content().orElseThrow().open()) {
      return parse(in.readAllBytes());
    } catch (IllegalArgumentException e) {
      throw new MalformedLayerException(
          reading + "expected a GVariant of type a(ayay): " + e.getMessage());
    }
  }

  /**
   * Parses a GVariant {@code a(ayay)}: names, each ending with NUL, and values. After variable-size
   * elements follow the offsets of their ends, whose width depends on the total size.
   *
   * @throws IllegalArgumentException if the bytes are malformed; the message says the offset
   * @see <a href="https://docs.gtk.org/glib/gvariant-specification-1.0.html">GVariant
   *     specification</a>
   */
  static Xattrs parse(byte[] array) {
    if (array.length == 0) {
      return Xattrs.EMPTY;
    }
    int width = offsetWidth(array.length);
    int ends = offset(array, array.length - width, width);
    require(ends < array.length && (array.length - ends) % width == 0, array.length - width);
    Map<String, byte[]> xattrs = new HashMap<>();
    int start = 0;
    for (int at = ends; at < array.length; at += width) {
      int end = offset(array, at, width);
      require(end > start && end <= ends, at);
      int valueEnd = end - offsetWidth(end - start);
      require(valueEnd > start, at);
      int nameSize = offset(array, valueEnd, end - valueEnd);
      require(nameSize > 1 && nameSize <= valueEnd - start, valueEnd);
      int nameEnd = start + nameSize - 1;
      require(array[nameEnd] == 0, nameEnd);
      xattrs.put(
          LosslessUtf8.decode(array, start, nameEnd - start),
          Arrays.copyOfRange(array, nameEnd + 1, valueEnd));
      start = end;
    }
    return Xattrs.of(xattrs);
  }

  private static void require(boolean sound, int offset) {
    if (!sound) {
      throw new IllegalArgumentException("malformed at offset " + offset);
    }
  }

  private static int offsetWidth(int length) {
    return length <= 0xFF ? 1 : length <= 0xFFFF ? 2 : 4;
  }

  /** Reads a little-endian number; {@link Integer#MAX_VALUE} if it does not fit in an int. */
  private static int offset(byte[] bytes, int at, int width) {
    int value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[at + i] & 0xFF);
    }
    return value < 0 ? Integer.MAX_VALUE : value;
  }
}
