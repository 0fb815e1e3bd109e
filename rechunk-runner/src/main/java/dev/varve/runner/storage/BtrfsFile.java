package dev.varve.runner.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The label of a BTRFS in a file, by which Varve knows its own.
 *
 * @see <a href="https://btrfs.readthedocs.io/en/latest/dev/On-disk-format.html">the superblock</a>
 */
final class BtrfsFile {
  private static final int SUPERBLOCK = 0x10000;
  private static final int MAGIC_AT = SUPERBLOCK + 0x40;
  private static final int LABEL_AT = SUPERBLOCK + 0x12b;
  private static final int LABEL_LENGTH = 256;
  private static final String MAGIC = "_BHRfS_M";

  private BtrfsFile() {}

  /** The label; empty if the file holds no BTRFS, or is not there. */
  static Optional<String> label(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] magic = new byte[MAGIC.length()];
      in.seek(MAGIC_AT);
      in.readFully(magic);
      if (!new String(magic, StandardCharsets.ISO_8859_1).equals(MAGIC)) {
        return Optional.empty();
      }
      byte[] label = new byte[LABEL_LENGTH];
      in.seek(LABEL_AT);
      in.readFully(label);
      String text = new String(label, StandardCharsets.UTF_8);
      int end = text.indexOf(0);
      return Optional.of(end < 0 ? text : text.substring(0, end));
    } catch (EOFException e) {
      return Optional.empty();
    }
  }
}
