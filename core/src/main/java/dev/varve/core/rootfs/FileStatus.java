package dev.varve.core.rootfs;

import dev.varve.core.filetree.Inode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;

/** The result of lstat(2). {@code mode} includes the type; {@code mtime} is in whole seconds. */
record FileStatus(
    int mode,
    long device,
    long inode,
    int links,
    long uid,
    long gid,
    Inode.Device number,
    long size,
    long mtime) {
  static final int DIRECTORY = 0040000;
  static final int REGULAR = 0100000;
  static final int SYMLINK = 0120000;
  static final int SOCKET = 0140000;
  static final int CHARACTER_DEVICE = 0020000;
  static final int BLOCK_DEVICE = 0060000;
  static final int FIFO = 0010000;

  private static final String NAMES = "unix:mode,ino,dev,nlink,uid,gid,rdev,size,lastModifiedTime";

  static FileStatus of(Path file) throws IOException {
    Map<String, Object> found = Files.readAttributes(file, NAMES, LinkOption.NOFOLLOW_LINKS);
    return new FileStatus(
        (int) get(found, "mode"),
        (long) get(found, "dev"),
        (long) get(found, "ino"),
        (int) get(found, "nlink"),
        Integer.toUnsignedLong((int) get(found, "uid")),
        Integer.toUnsignedLong((int) get(found, "gid")),
        number((long) get(found, "rdev")),
        (long) get(found, "size"),
        ((FileTime) get(found, "lastModifiedTime")).toInstant().getEpochSecond());
  }

  private static Object get(Map<String, Object> found, String name) {
    return Objects.requireNonNull(found.get(name), name);
  }

  /** Splits a {@code dev_t}, see makedev(3). */
  private static Inode.Device number(long device) {
    return new Inode.Device(
        (int) ((device >>> 8 & 0xFFF) | (device >>> 32 & ~0xFFFL)),
        (int) ((device & 0xFF) | (device >>> 12 & 0xFFFFFF00L)));
  }

  int type() {
    return mode & 0170000;
  }
}
