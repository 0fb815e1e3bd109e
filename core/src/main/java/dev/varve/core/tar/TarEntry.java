package dev.varve.core.tar;

import java.util.Objects;

/**
 * The metadata of one file in a tar archive.
 *
 * <p>Names are {@link dev.varve.core.bytes.LosslessUtf8}. Names of users and groups are dropped:
 * they have no meaning outside the machine that made the archive.
 *
 * @param path relative to the root, without empty, "." or ".." segments and without a trailing
 *     slash; the root itself is ""
 * @param type what kind of file it is
 * @param mode permission bits, set-id and sticky bits: 0 to 07777
 * @param uid numeric owner
 * @param gid numeric group
 * @param size bytes of content as read from the file, holes included; 0 unless a {@link Type#FILE}
 * @param mtimeSeconds seconds since the epoch, rounded down; may be negative
 * @param mtimeNanos nanoseconds to add to {@code mtimeSeconds}, 0 to 999,999,999
 * @param linkTarget for a {@link Type#HARD_LINK} the path of the linked file, in the form of {@code
 *     path}; for a {@link Type#SYMLINK} its text unchanged; otherwise ""
 * @param xattrs extended attributes
 * @param devMajor major device number; 0 unless a device
 * @param devMinor minor device number; 0 unless a device
 */
public record TarEntry(
    String path,
    Type type,
    int mode,
    long uid,
    long gid,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    String linkTarget,
    Xattrs xattrs,
    int devMajor,
    int devMinor) {

  /** The kinds of file that a layer may hold. */
  public enum Type {
    /** A regular file, with content. */
    FILE,
    /** Another name of a file that is in the same layer. */
    HARD_LINK,
    /** A symbolic link. */
    SYMLINK,
    /** A directory. */
    DIRECTORY,
    /** A character device; the one with number 0:0 is a whiteout for overlayfs. */
    CHARACTER_DEVICE,
    /** A block device. */
    BLOCK_DEVICE,
    /** A named pipe. */
    FIFO;

    boolean isDevice() {
      return this == CHARACTER_DEVICE || this == BLOCK_DEVICE;
    }

    boolean isLink() {
      return this == HARD_LINK || this == SYMLINK;
    }
  }

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if a component is not as described
   */
  public TarEntry {
    if (!EntryPath.isNormal(path)) {
      throw bad(path, "its path is not normal");
    }
    if (path.isEmpty() && type != Type.DIRECTORY) {
      throw bad(path, "only a directory can be the root");
    }
    if ((mode & ~07777) != 0) {
      throw bad(path, "its mode is out of range: 0" + Integer.toOctalString(mode));
    }
    if (uid < 0 || gid < 0) {
      throw bad(path, "its owner is negative: " + uid + ":" + gid);
    }
    if (size < 0 || (size > 0 && type != Type.FILE)) {
      throw bad(path, "it can't have " + size + " bytes");
    }
    if (mtimeNanos < 0 || mtimeNanos > 999_999_999) {
      throw bad(path, "nanoseconds are out of range: " + mtimeNanos);
    }
    if (linkTarget.isEmpty() == type.isLink() || linkTarget.indexOf(0) >= 0) {
      throw bad(path, "it can't link to '" + ErrorLocation.printable(linkTarget) + "'");
    }
    if (type == Type.HARD_LINK && !EntryPath.isNormal(linkTarget)) {
      throw bad(
          path,
          "the path of the linked file is not normal: " + ErrorLocation.printable(linkTarget));
    }
    if (devMajor < 0 || devMinor < 0 || (!type.isDevice() && (devMajor | devMinor) != 0)) {
      throw bad(path, "it can't have device number " + devMajor + ":" + devMinor);
    }
    Objects.requireNonNull(xattrs);
  }

  private static IllegalArgumentException bad(String path, String problem) {
    return new IllegalArgumentException(
        "tar entry '" + ErrorLocation.printable(path) + "': " + problem);
  }
}
