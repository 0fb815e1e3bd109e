package dev.varve.core.filetree;

import dev.varve.core.tar.Xattrs;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file, whatever its names: paths that are hard links of one another share one inode, so identity
 * is what counts, and equality is identity. Immutable.
 */
public final class Inode {
  /** What an inode is. */
  public enum Kind {
    /** A regular file. */
    FILE,
    /** A directory. */
    DIRECTORY,
    /** A symbolic link. */
    SYMLINK,
    /** A character device. */
    CHARACTER_DEVICE,
    /** A block device. */
    BLOCK_DEVICE,
    /** A named pipe. */
    FIFO
  }

  private final Kind kind;
  private final int mode;
  private final long uid;
  private final long gid;
  private final long mtime;
  private final Xattrs xattrs;
  private final @Nullable Object payload;

  private Inode(
      Kind kind,
      int mode,
      long uid,
      long gid,
      long mtime,
      Xattrs xattrs,
      @Nullable Object payload) {
    this.kind = kind;
    this.mode = mode & 07777;
    this.uid = uid;
    this.gid = gid;
    this.mtime = mtime;
    this.xattrs = xattrs;
    this.payload = payload;
  }

  /**
   * A regular file.
   *
   * @param mode permission bits; any others are dropped
   * @param mtime whole seconds since the epoch
   */
  public static Inode file(
      int mode, long uid, long gid, long mtime, Xattrs xattrs, Content content) {
    return new Inode(Kind.FILE, mode, uid, gid, mtime, xattrs, content);
  }

  /** A directory; parameters as for {@link #file}. */
  public static Inode directory(int mode, long uid, long gid, long mtime, Xattrs xattrs) {
    return new Inode(Kind.DIRECTORY, mode, uid, gid, mtime, xattrs, null);
  }

  /** A symbolic link, its target kept letter for letter; parameters as for {@link #file}. */
  public static Inode symlink(
      int mode, long uid, long gid, long mtime, Xattrs xattrs, String target) {
    return new Inode(Kind.SYMLINK, mode, uid, gid, mtime, xattrs, target);
  }

  /** A named pipe or device; parameters as for {@link #file}. */
  public static Inode special(
      Kind kind, int mode, long uid, long gid, long mtime, Xattrs xattrs, Device device) {
    return new Inode(kind, mode, uid, gid, mtime, xattrs, device);
  }

  /**
   * A device's numbers; both 0 for a named pipe.
   *
   * @param major the driver
   * @param minor the device
   */
  public record Device(int major, int minor) {}

  /** What it is. */
  public Kind kind() {
    return kind;
  }

  /** The permission bits, set-user-ID, set-group-ID and sticky among them. */
  public int mode() {
    return mode;
  }

  /** The owner. */
  public long uid() {
    return uid;
  }

  /** The group. */
  public long gid() {
    return gid;
  }

  /** When it was last modified, in whole seconds since the epoch. */
  public long mtime() {
    return mtime;
  }

  /** The extended attributes. */
  public Xattrs xattrs() {
    return xattrs;
  }

  /** The bytes; empty unless it is a regular file. */
  public Optional<Content> content() {
    return payload instanceof Content content ? Optional.of(content) : Optional.empty();
  }

  /** The target; empty unless it is a symbolic link. */
  public String linkTarget() {
    return payload instanceof String target ? target : "";
  }

  /** The numbers; zeros unless it is a device. */
  public Device device() {
    return payload instanceof Device device ? device : new Device(0, 0);
  }

  /** The length of a regular file in bytes, 0 of anything else. */
  public long size() {
    return payload instanceof Content content ? content.size() : 0;
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return kind == Kind.DIRECTORY;
  }

  /** A copy, a new identity, of another owner and group. */
  public Inode ownedBy(long newUid, long newGid) {
    return new Inode(kind, mode, newUid, newGid, mtime, xattrs, payload);
  }

  /** A copy, a new identity, with another mtime and other extended attributes. */
  public Inode with(long newMtime, Xattrs newXattrs) {
    return new Inode(kind, mode, uid, gid, newMtime, newXattrs, payload);
  }
}
