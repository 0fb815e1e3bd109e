package dev.varve.core.packages.rpm;

import dev.varve.core.bytes.IoConsumer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.Adler32;

/**
 * The headers of a database in RPM's own format NDB, {@code Packages.db}.
 *
 * <p>All numbers have their least significant byte first. The file begins with a header of 32 bytes
 * and slots of 16 bytes, which fill whole pages; then there are blocks of 16 bytes, which blobs
 * occupy. A slot names a blob's package and its blocks; one without blocks is free. A blob has a
 * head, the RPM header, zeros up to the next block, and a tail with an Adler-32. Source: {@code
 * lib/backend/ndb/rpmpkg.c} of rpm 4.20.
 */
final class NdbHeaders {
  private static final int DATABASE_MAGIC = magic("RpmP");
  private static final int SLOT_MAGIC = magic("Slot");
  private static final int HEAD_MAGIC = magic("BlbS");
  private static final int TAIL_MAGIC = magic("BlbE");
  private static final int FILE_HEADER = 32;
  private static final int PAGE = 4096;

  /** The size of a slot, and of a block. */
  private static final int UNIT = 16;

  private static final int HEAD = 16;
  private static final int TAIL = 12;

  private NdbHeaders() {}

  private static int magic(String text) {
    return text.charAt(0) | text.charAt(1) << 8 | text.charAt(2) << 16 | text.charAt(3) << 24;
  }

  /**
   * A slot that is in use.
   *
   * @param number the package's number
   * @param offset the blob's place, in bytes
   * @param length the bytes of the blob's blocks
   */
  private record Slot(long number, long offset, long length) {}

  /** Implements {@link HeaderReader}. */
  static void read(Path path, IoConsumer<HeaderReader.StoredHeader> each) throws IOException {
    try (DatabaseFile file = new DatabaseFile(path)) {
      for (Slot slot : slots(file)) {
        each.accept(header(file, slot));
      }
    }
  }

  /** Returns the slots in use by their numbers; the order on disk is that of free places. */
  private static List<Slot> slots(DatabaseFile file) throws IOException {
    if (file.size() < FILE_HEADER || file.read(0, 4).getInt() != DATABASE_MAGIC) {
      throw new MalformedDatabaseException(
          "expected an NDB database (\"RpmP\" at offset 0), got " + file.start());
    }
    ByteBuffer header = file.read(0, FILE_HEADER);
    if (header.getInt(4) != 0) {
      throw new MalformedDatabaseException(
          "expected version 0 at offset 4, got " + Integer.toUnsignedString(header.getInt(4)));
    }
    long end = Integer.toUnsignedLong(header.getInt(12)) * PAGE;
    if (end > file.size()) {
      throw new MalformedDatabaseException(
          "expected slots up to offset %d, got a file of %d bytes".formatted(end, file.size()));
    }
    List<Slot> slots = new ArrayList<>();
    long blocks = 0;
    for (long page = 0; page < end; page += PAGE) {
      ByteBuffer bytes = file.read(page, PAGE);
      for (int at = page == 0 ? FILE_HEADER : 0; at < PAGE; at += UNIT) {
        if (bytes.getInt(at) != SLOT_MAGIC) {
          throw new MalformedDatabaseException(
              "expected a slot (\"Slot\") at offset " + (page + at));
        }
        Slot slot =
            new Slot(
                Integer.toUnsignedLong(bytes.getInt(at + 4)),
                Integer.toUnsignedLong(bytes.getInt(at + 8)) * UNIT,
                Integer.toUnsignedLong(bytes.getInt(at + 12)) * UNIT);
        if (slot.offset() != 0) {
          slots.add(slot);
          blocks += slot.length();
        }
        if (blocks > file.size()) {
          throw new MalformedDatabaseException(
              "expected blobs of at most the file's %d bytes, got %d up to the slot at offset %d"
                  .formatted(file.size(), blocks, page + at));
        }
        if (slots.size() > HeaderReader.MAX_HEADERS) {
          throw new MalformedDatabaseException(
              "expected at most " + HeaderReader.MAX_HEADERS + " headers, got more");
        }
      }
    }
    slots.sort(Comparator.comparingLong(Slot::number));
    return slots;
  }

  private static HeaderReader.StoredHeader header(DatabaseFile file, Slot slot) throws IOException {
    if (slot.offset() + slot.length() > file.size() || slot.length() < HEAD + TAIL) {
      return unreadable(slot, "expected a blob in the file, got %d bytes".formatted(slot.length()));
    }
    if (slot.length() > HeaderReader.MAX_HEADER) {
      return unreadable(
          slot,
          "expected a blob of at most %d bytes, got %d"
              .formatted(HeaderReader.MAX_HEADER, slot.length()));
    }
    ByteBuffer blob = file.read(slot.offset(), (int) slot.length());
    int tail = (int) slot.length() - TAIL;
    long length = Integer.toUnsignedLong(blob.getInt(12));
    if (blob.getInt(0) != HEAD_MAGIC
        || Integer.toUnsignedLong(blob.getInt(4)) != slot.number()
        || blob.getInt(tail + 8) != TAIL_MAGIC
        || Integer.toUnsignedLong(blob.getInt(tail + 4)) != length
        || length > tail - HEAD) {
      return unreadable(slot, "expected the head and the tail of a blob");
    }
    Adler32 checksum = new Adler32();
    checksum.update(blob.slice(0, tail));
    if ((int) checksum.getValue() != blob.getInt(tail)) {
      return unreadable(
          slot,
          "expected Adler-32 %08x, got %08x"
              .formatted(blob.getInt(tail), (int) checksum.getValue()));
    }
    byte[] header = new byte[(int) length];
    blob.get(HEAD, header);
    return HeaderReader.StoredHeader.of(slot.number(), header);
  }

  private static HeaderReader.StoredHeader unreadable(Slot slot, String problem) {
    return HeaderReader.StoredHeader.unreadable(
        slot.number(), 0, "offset " + slot.offset() + ": " + problem);
  }
}
