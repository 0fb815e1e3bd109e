package dev.varve.core.filetree;

import dev.varve.core.tar.TarEntry;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much an image may take, all layers together: of memory, for names and attributes, and of
 * time, for uncompressed bytes and for links to follow. A small blob can hold millions of empty
 * files, megabytes of attributes, or zeros without end: it is refused before all is used up.
 */
final class Allowance {
  /** About what an entry takes beside its names: the inode, its content's place and digest. */
  private static final long ENTRY = 250;

  /** Letters of directories' paths: hundreds of times what the links of a system come to. */
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

  /** For {@code bytes} more of the uncompressed tar of the layer {@code name}. */
  void unpack(long bytes, String name) throws MalformedLayerException {
    if (tarsLeft.addAndGet(-bytes) < 0) {
      throw LayerLimits.bomb(name, "the image's layers grow to", mostUnpacked);
    }
  }

  /** For a file of {@code bytes} in the layer {@code name}, before any of them is read. */
  void file(long bytes, String name) throws MalformedLayerException {
    if (bytes > mostUnpacked || contentsLeft.addAndGet(-bytes) < 0) {
      throw LayerLimits.bomb(name, "the files of the image's layers have", mostUnpacked);
    }
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
