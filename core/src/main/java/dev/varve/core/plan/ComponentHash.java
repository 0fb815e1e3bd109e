package dev.varve.core.plan;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.image.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.IdentityHashMap;
import java.util.List;

/** Computes the digest of everything that a layer stores of entries, independent of the layer. */
public final class ComponentHash {
  private final boolean withTimes;
  private final MessageDigest sha256 = Digest.sha256();
  private final IdentityHashMap<Inode, String> names = new IdentityHashMap<>();

  private ComponentHash(boolean withTimes) {
    this.withTimes = withTimes;
  }

  /** Hashes entries, in the order of their tree. */
  public static Digest of(List<FileTree.Entry> entries) {
    return new ComponentHash(true).digest(entries);
  }

  /** Hashes entries without their mtimes, in the order of their tree. */
  static Digest withoutTimes(List<FileTree.Entry> entries) {
    return new ComponentHash(false).digest(entries);
  }

  private Digest digest(List<FileTree.Entry> entries) {
    entries.forEach(this::add);
    return Digest.of(sha256);
  }

  private void add(FileTree.Entry entry) {
    Inode inode = entry.inode();
    put(entry.path());
    String first = names.putIfAbsent(inode, entry.path());
    if (first != null) {
      put("link " + first);
      return;
    }
    put(
        inode.kind()
            + " "
            + (inode.kind() == Inode.Kind.SYMLINK ? "" : inode.mode())
            + " "
            + inode.uid()
            + " "
            + inode.gid()
            + " "
            + (withTimes ? inode.mtime() : "")
            + " "
            + inode.device());
    put(inode.linkTarget());
    put(inode.content().map(content -> content.digest().hex()).orElse(""));
    for (String name : inode.xattrs().names()) {
      put(name);
      put(inode.xattrs().get(name).orElseThrow());
    }
    put("");
  }

  private void put(String text) {
    put(LosslessUtf8.encode(text));
  }

  /** Adds a field with its length, which makes the sequence of fields unambiguous. */
  private void put(byte[] field) {
    sha256.update((field.length + ":").getBytes(StandardCharsets.US_ASCII));
    sha256.update(field);
  }
}
