package dev.varve.core.filetree;

import dev.varve.core.tar.TarEntry;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the names and attributes of an image's files may take, all layers together. A
 * small blob can hold millions of empty files, or megabytes of attributes: it is refused before
 * memory is used up.
 */
final class Allowance {
  /** About what an entry takes beside its names: the inode, its content's place and digest. */
  private static final long ENTRY = 250;

  /** Letters of directories' paths: hundreds of times what the links of a system come to. */
  private static final long WALK = 1L << 30;

  private final long most;
  private final AtomicLong left;
  private final AtomicLong walk = new AtomicLong(WALK);

  Allowance(long bytes) {
    this.most = bytes;
    this.left = new AtomicLong(bytes);
  }

  /** For an entry of the layer {@code name}. */
  void take(TarEntry entry, String name) throws MalformedLayerException {
    long bytes = ENTRY + entry.path().length() + entry.linkTarget().length();
    for (String xattr : entry.xattrs().names()) {
      bytes += xattr.length() + entry.xattrs().get(xattr).orElseThrow().length;
    }
    take(bytes, name);
  }

  /** For {@code bytes} more because of the layer {@code name}. */
  void take(long bytes, String name) throws MalformedLayerException {
    if (left.addAndGet(-bytes) < 0) {
      throw new MalformedLayerException(
          "reading "
              + name
              + ": the names and attributes of the image's files take more than "
              + most
              + " bytes of memory");
    }
  }

  /** For following symbolic links of the layer {@code name} through {@code letters} of paths. */
  void walk(long letters, String name) throws MalformedLayerException {
    if (walk.addAndGet(-letters) < 0) {
      throw new MalformedLayerException(
          "reading " + name + ": its paths lead through symbolic links without end");
    }
  }
}
