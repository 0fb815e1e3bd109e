package dev.varve.runner.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the label of a BTRFS in a file, by which Varve recognizes its own files.
 *
 * @see <a href="https://btrfs.readthedocs.io/en/latest/dev/On-disk-format.html">the superblock</a>
 */
final class BtrfsFile {
  /** The superblock's offset in the file, in bytes. */
  static final int SUPERBLOCK = 0x10000;

  private static final int MAGIC_AT = 0x40;
  private static final int LABEL_AT = 0x12b;
  private static final int LABEL_LENGTH = 256;
  private static final String MAGIC = "_BHRfS_M";

  /** The number of bytes to read of the superblock. */
  static final int LENGTH = LABEL_AT + LABEL_LENGTH;

  private static final Set<PosixFilePermission> OTHERS_WRITE =
      PosixFilePermissions.fromString("----w--w-");

  private BtrfsFile() {}

  /**
   * Returns whether only root can have written to a file. In a directory in which everybody may
   * write, a file of another user is a trap: root would mount the file and run programs in it.
   */
  static boolean isWrittenOnlyByRoot(Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(0)
        && Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).stream()
            .noneMatch(OTHERS_WRITE::contains);
  }

  /** Returns whether a file is long enough for a superblock. */
  static boolean mayHaveSuperblock(Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.size(file) >= SUPERBLOCK + LENGTH;
  }

  /** Reads the beginning of the superblock; the file must be long enough. */
  static byte[] superblock(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] superblock = new byte[LENGTH];
      in.seek(SUPERBLOCK);
      in.readFully(superblock);
      return superblock;
    }
  }

  /** Returns the label; empty if the bytes are no superblock. */
  static Optional<String> label(byte[] superblock) {
    if (!text(superblock, MAGIC_AT, MAGIC.length()).equals(MAGIC)) {
      return Optional.empty();
    }
    String text = text(superblock, LABEL_AT, LABEL_LENGTH);
    int end = text.indexOf(0);
    return Optional.of(end < 0 ? text : text.substring(0, end));
  }

  private static String text(byte[] bytes, int from, int length) {
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }
}
