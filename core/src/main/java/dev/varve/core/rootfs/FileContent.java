package dev.varve.core.rootfs;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.Content;
import dev.varve.core.image.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A file's bytes, read in place. Small in memory, because an image has hundreds of thousands of
 * files: the path is shared with the tree, and the digest is stored as four numbers.
 */
final class FileContent implements Content {
  private final Path root;
  private final String path;
  private final long size;
  private long digest0;
  private long digest1;
  private long digest2;
  private long digest3;

  FileContent(Path root, String path, long size) {
    this.root = root;
    this.path = path;
    this.size = size;
  }

  /** Computes the digest. Called once, before the object is shared. */
  void hash(Progress progress) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[(int) Math.max(1, Math.min(size, 1 << 16))];
    try (InputStream in = open()) {
      for (int n; (n = in.read(buffer)) >= 0; ) {
        sha256.update(buffer, 0, n);
        progress.advance(n);
      }
    } catch (AccessDeniedException e) {
      throw DirectoryTree.denied(root, path, e);
    }
    ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
    digest0 = hash.getLong();
    digest1 = hash.getLong();
    digest2 = hash.getLong();
    digest3 = hash.getLong();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Digest digest() {
    ByteBuffer hash = ByteBuffer.allocate(32);
    hash.putLong(digest0).putLong(digest1).putLong(digest2).putLong(digest3);
    return new Digest(HexFormat.of().formatHex(hash.array()));
  }

  @Override
  public InputStream open() throws IOException {
    return new Exact(FileInput.open(RawPath.resolve(root, path), LinkOption.NOFOLLOW_LINKS));
  }

  /** A stream that fails if the file's size has changed. */
  private final class Exact extends FilterInputStream {
    private long count;

    Exact(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = in.read(bytes, offset, length);
      count += Math.max(0, n);
      if (count > size || (n < 0 && count < size)) {
        throw new IOException(
            "reading "
                + DirectoryTree.shown(root, path)
                + ": the file changed while it was read; expected "
                + size
                + " bytes, got "
                + (n < 0 ? count : "more"));
      }
      return n;
    }

    @Override
    public long skip(long count) throws IOException {
      return readNBytes((int) Math.min(count, 1 << 16)).length;
    }
  }
}
