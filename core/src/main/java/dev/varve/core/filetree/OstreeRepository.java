package dev.varve.core.filetree;

import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Unwraps an OSTree-encapsulated image, as published by Fedora Atomic and rpm-ostree. In such an
 * image every file is an object of a repository below {@code /sysroot/ostree}; the file's real path
 * is a hard link to the object, and its extended attributes may be in a second object, those of
 * directories in objects of the commit. The unwrapped plain image has the real paths with their
 * attributes, and an empty {@code /sysroot}.
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
    OstreeDirectories.xattrs(tree, OBJECTS)
        .forEach((inode, xattrs) -> beside.put(inode, merge(xattrs, inode.xattrs())));
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
    if (own.isEmpty()) {
      return more;
    }
    Map<String, byte[]> merged = new HashMap<>();
    for (Xattrs each : List.of(own, more)) {
      for (String name : each.names()) {
        merged.put(name, each.get(name).orElseThrow());
      }
    }
    return Xattrs.of(merged);
  }

  private static Xattrs parse(Inode inode, String path) throws IOException {
    String reading = "reading the extended attributes of \"" + path + "\": ";
    if (inode.size() > MAX_XATTRS) {
      throw new MalformedLayerException(
          reading + "expected at most " + MAX_XATTRS + " bytes, got " + inode.size());
    }
    try (InputStream in = inode.content().orElseThrow().open()) {
      return OstreeVariants.xattrs(in.readAllBytes());
    } catch (IllegalArgumentException e) {
      throw new MalformedLayerException(
          reading + "expected a GVariant of type a(ayay): " + e.getMessage());
    }
  }
}
