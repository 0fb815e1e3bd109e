package dev.varve.core.filetree;

import dev.varve.core.tar.TarEntry;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The remaining limits for reading an image, shared by all layers: memory for names and attributes,
 * uncompressed bytes, and symbolic links to follow. A small blob can contain millions of empty
 * files, megabytes of attributes or endless zeros; reading fails before such a blob exhausts
 * memory, disk or time.
 */
final class Allowance {
  /** The approximate memory of an entry without its names: inode, content and digest, in bytes. */
  private static final long ENTRY = 250;

  /** Characters of paths walked in resolving links: hundreds of times those of a real system. */
  private static final long WALK = 1L << 30;

  private final long most;
  private final AtomicLong left;
  private final AtomicLong walk = new AtomicLong(WALK);

  private final long mostUnpacked;
  private final AtomicLong tarsLeft;
  private final AtomicLong contentsLeft;

  Allowance(long bytes, long unpacked) {
    this.most = bytes;
    this.left = new AtomicLong(bytes);
    this.mostUnpacked = unpacked;
    this.tarsLeft = new AtomicLong(unpacked);
    this.contentsLeft = new AtomicLong(unpacked);
  }

  /** Counts {@code bytes} of the uncompressed tar of the layer {@code name}. */
  void unpack(long bytes, String name) throws MalformedLayerException {
    if (tarsLeft.addAndGet(-bytes) < 0) {
      throw LayerLimits.bomb(name, "the image's layers grow to", mostUnpacked);
    }
  }

  /** Counts a file of {@code bytes} in the layer {@code name}, before it is read. */
  void file(long bytes, String name) throws MalformedLayerException {
    if (bytes > mostUnpacked || contentsLeft.addAndGet(-bytes) < 0) {
      throw LayerLimits.bomb(name, "the files of the image's layers have", mostUnpacked);
    }
  }

  /** Counts the memory of an entry of the layer {@code name}. */
  void take(TarEntry entry, String name) throws MalformedLayerException {
    long bytes = ENTRY + entry.path().length() + entry.linkTarget().length();
    for (String xattr : entry.xattrs().names()) {
      bytes += xattr.length() + entry.xattrs().get(xattr).orElseThrow().length;
    }
    take(bytes, name);
  }

  /** Counts {@code bytes} of memory for the layer {@code name}. */
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

  /** Counts {@code letters} of paths walked in resolving links of the layer {@code name}. */
  void walk(long letters, String name) throws MalformedLayerException {
    if (walk.addAndGet(-letters) < 0) {
      throw new MalformedLayerException(
          "reading " + name + ": its paths go through too many symbolic links");
    }
  }
}
