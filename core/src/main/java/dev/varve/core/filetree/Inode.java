package dev.varve.core.filetree;

import dev.varve.core.tar.Xattrs;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of any kind, without its names. Hard links share one inode, so inodes are compared by
 * identity. Immutable.
 */
public final class Inode {
  /** The kind of an inode. */
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
   * Creates a regular file.
   *
   * @param mode permission bits; any others are dropped
   * @param mtime whole seconds since the epoch
   */
  public static Inode file(
      int mode, long uid, long gid, long mtime, Xattrs xattrs, Content content) {
    return new Inode(Kind.FILE, mode, uid, gid, mtime, xattrs, content);
  }

  /** Creates a directory; parameters as for {@link #file}. */
  public static Inode directory(int mode, long uid, long gid, long mtime, Xattrs xattrs) {
    return new Inode(Kind.DIRECTORY, mode, uid, gid, mtime, xattrs, null);
  }

  /** Creates a symbolic link with an unchanged target; parameters as for {@link #file}. */
  public static Inode symlink(
      int mode, long uid, long gid, long mtime, Xattrs xattrs, String target) {
    return new Inode(Kind.SYMLINK, mode, uid, gid, mtime, xattrs, target);
  }

  /** Creates a named pipe or device; parameters as for {@link #file}. */
  public static Inode special(
      Kind kind, int mode, long uid, long gid, long mtime, Xattrs xattrs, Device device) {
    return new Inode(kind, mode, uid, gid, mtime, xattrs, device);
  }

  /**
   * A device's numbers; both 0 for a named pipe.
   *
   * @param major the number of the driver
   * @param minor the number of the device
   */
  public record Device(int major, int minor) {}

  /** The kind. */
  public Kind kind() {
    return kind;
  }

  /** The permission bits, including set-user-ID, set-group-ID and sticky. */
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

  /** The mtime, in whole seconds since the epoch. */
  public long mtime() {
    return mtime;
  }

  /** The extended attributes. */
  public Xattrs xattrs() {
    return xattrs;
  }

  /** The content of a regular file; empty for other kinds. */
  public Optional<Content> content() {
    return payload instanceof Content content ? Optional.of(content) : Optional.empty();
  }

  /** The target of a symbolic link; empty for other kinds. */
  public String linkTarget() {
    return payload instanceof String target ? target : "";
  }

  /** The numbers of a device; zeros for other kinds. */
  public Device device() {
    return payload instanceof Device device ? device : new Device(0, 0);
  }

  /** The size of a regular file in bytes; 0 for other kinds. */
  public long size() {
    return payload instanceof Content content ? content.size() : 0;
  }

  /** Whether the kind is {@link Kind#DIRECTORY}. */
  public boolean isDirectory() {
    return kind == Kind.DIRECTORY;
  }

  /** Returns a copy, with a new identity, with another owner and group. */
  public Inode ownedBy(long newUid, long newGid) {
    return new Inode(kind, mode, newUid, newGid, mtime, xattrs, payload);
  }

  /** Returns a copy, with a new identity, with other permissions. */
  public Inode withMode(int newMode) {
    return new Inode(kind, newMode, uid, gid, mtime, xattrs, payload);
  }

  /** Returns a copy, with a new identity, of a regular file with another content. */
  public Inode withContent(Content content) {
    return file(mode, uid, gid, mtime, xattrs, content);
  }

  /** Returns a copy, with a new identity, with another mtime and other extended attributes. */
  public Inode with(long newMtime, Xattrs newXattrs) {
    return new Inode(kind, mode, uid, gid, newMtime, newXattrs, payload);
  }
}
