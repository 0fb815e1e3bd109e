package dev.varve.core.packages.rpm;

import dev.varve.core.bytes.IoConsumer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The headers of a hash database of Berkeley DB, {@code Packages}, as rpm 4.16 and older kept them.
 *
 * <p>Numbers have the byte order of the machine that wrote the file. Pages of equal size hold pairs
 * of a key, which is a header's number, and the header; one that is too long for a page is on a
 * chain of overflow pages. The key 0 has the last number instead of a header. Source: {@code
 * dbinc/db_page.h} of Berkeley DB 5.3.
 */
final class BerkeleyDbHeaders {
  private static final int HASH_MAGIC = 0x061561;

  /** The bytes of the first page that are read, and the smallest size of a page. */
  private static final int META = 512;

  private static final int MAX_PAGE = 1 << 16;
  private static final int PAGE_HEADER = 26;

  // Types of pages.
  private static final int HASH_UNSORTED = 2;
  private static final int OVERFLOW = 7;
  private static final int HASH_META = 8;
  private static final int HASH = 13;

  // Types of items on a hash page.
  private static final int IN_PAGE = 1;
  private static final int OFF_PAGE = 3;

  private final DatabaseFile file;
  private final ByteOrder order;
  private final int pageSize;
  private final long pages;

  private BerkeleyDbHeaders(DatabaseFile file) throws IOException {
    this.file = file;
    if (file.size() < META) {
      throw notBerkeleyDb(file);
    }
    ByteBuffer meta = file.read(0, META);
    if (meta.getInt(12) != HASH_MAGIC) {
      meta.order(ByteOrder.BIG_ENDIAN);
    }
    if (meta.getInt(12) != HASH_MAGIC || meta.get(25) != HASH_META) {
      throw notBerkeleyDb(file);
    }
    order = meta.order();
    pageSize = meta.getInt(20);
    if (pageSize < META || pageSize > MAX_PAGE || Integer.bitCount(pageSize) != 1) {
      throw new MalformedDatabaseException(
          "expected the size of a page at offset 20, 512 to 65536, got " + pageSize);
    }
    if (meta.get(24) != 0 || meta.get(26) != 0) {
      throw new MalformedDatabaseException(
          "expected no encryption and no checksums at offset 24, got %d and %d"
              .formatted(meta.get(24), meta.get(26)));
    }
    pages = Math.min(file.size() / pageSize, Integer.toUnsignedLong(meta.getInt(32)) + 1);
  }

  private static MalformedDatabaseException notBerkeleyDb(DatabaseFile file) throws IOException {
    return new MalformedDatabaseException(
        "expected a hash of Berkeley DB (61561 at offset 12), got " + file.start());
  }

  /**
   * A header's place.
   *
   * @param number the header's number
   * @param offset the place of the item in the file, in bytes
   * @param length the item's bytes in its page
   */
  private record Item(long number, long offset, int length) {}

  /** Implements {@link HeaderReader}. */
  static void read(Path path, IoConsumer<HeaderReader.StoredHeader> each) throws IOException {
    try (DatabaseFile file = new DatabaseFile(path)) {
      BerkeleyDbHeaders database = new BerkeleyDbHeaders(file);
      long headers = 0;
      for (Item item : database.items()) {
        HeaderReader.StoredHeader header = database.header(item);
        headers += header.length();
        if (headers > file.size()) { // pages that several items refer to
          throw new MalformedDatabaseException(
              "expected headers that are smaller than the file, got larger ones");
        }
        each.accept(header);
      }
    }
  }

  /** Returns the places of all headers, by their numbers. */
  private List<Item> items() throws IOException {
    List<Item> items = new ArrayList<>();
    for (long page = 1; page < pages; page++) {
      ByteBuffer bytes = page(page);
      int type = bytes.get(25);
      if (type == HASH || type == HASH_UNSORTED) {
        addItems(page, bytes, items);
      }
      if (items.size() > HeaderReader.MAX_HEADERS) {
        throw new MalformedDatabaseException(
            "expected at most " + HeaderReader.MAX_HEADERS + " headers, got more");
      }
    }
    items.sort(Comparator.comparingLong(Item::number));
    return items;
  }

  private ByteBuffer page(long number) throws IOException {
    return file.read(number * pageSize, pageSize).order(order);
  }

  /** Adds the items of a hash page: its entries are keys and values in turn, from its end down. */
  private void addItems(long page, ByteBuffer bytes, List<Item> items)
      throws MalformedDatabaseException {
    int count = Short.toUnsignedInt(bytes.getShort(20));
    if (count % 2 != 0 || PAGE_HEADER + 2 * count > pageSize) {
      throw new MalformedDatabaseException(
          "page %d: expected pairs in a page of %d bytes, got %d entries"
              .formatted(page, pageSize, count));
    }
    int end = pageSize;
    for (int i = 0; i < count; i += 2) {
      int key = Short.toUnsignedInt(bytes.getShort(PAGE_HEADER + 2 * i));
      int value = Short.toUnsignedInt(bytes.getShort(PAGE_HEADER + 2 * i + 2));
      if (key >= end || value >= key || value < PAGE_HEADER + 2 * count) {
        throw new MalformedDatabaseException(
            "page %d: expected entries %d and %d below %d, got %d and %d"
                .formatted(page, i, i + 1, end, key, value));
      }
      if (bytes.get(key) != IN_PAGE || end - key != 5) {
        throw new MalformedDatabaseException(
            "page %d: expected a key of 4 bytes in entry %d".formatted(page, i));
      }
      long number = Integer.toUnsignedLong(bytes.getInt(key + 1));
      if (number != 0) {
        items.add(new Item(number, page * pageSize + value, key - value));
      }
      end = value;
    }
  }

  private HeaderReader.StoredHeader header(Item item) throws IOException {
    ByteBuffer bytes = file.read(item.offset(), item.length()).order(order);
    int type = bytes.get();
    if (type == IN_PAGE) {
      byte[] header = new byte[bytes.remaining()];
      bytes.get(header);
      return HeaderReader.StoredHeader.of(item.number(), header);
    }
    if (type != OFF_PAGE || item.length() < 12) {
      return unreadable(item, 0, "expected a value or a reference, got type " + type);
    }
    long length = Integer.toUnsignedLong(bytes.getInt(8));
    if (length > HeaderReader.MAX_HEADER || length > file.size()) {
      return unreadable(
          item,
          0,
          "expected a header of at most %d bytes, got %d"
              .formatted(Math.min(HeaderReader.MAX_HEADER, file.size()), length));
    }
    return overflow(item, Integer.toUnsignedLong(bytes.getInt(4)), (int) length);
  }

  /** Reads a header from a chain of pages, each of which has at least one byte of it. */
  private HeaderReader.StoredHeader overflow(Item item, long first, int length) throws IOException {
    byte[] header = new byte[length];
    long number = first;
    for (int read = 0; read < length; ) {
      if (number == 0 || number >= pages) {
        return unreadable(
            item, length, "expected a page below %d, got %d".formatted(pages, number));
      }
      ByteBuffer page = page(number);
      int there = Short.toUnsignedInt(page.getShort(22));
      if (page.get(25) != OVERFLOW
          || there == 0
          || there > pageSize - PAGE_HEADER
          || there > length - read) {
        return unreadable(
            item,
            length,
            "page %d: expected at most %d bytes on an overflow page, got %d on one of type %d"
                .formatted(number, length - read, there, page.get(25)));
      }
      page.get(PAGE_HEADER, header, read, there);
      read += there;
      number = Integer.toUnsignedLong(page.getInt(16));
    }
    return HeaderReader.StoredHeader.of(item.number(), header);
  }

  private static HeaderReader.StoredHeader unreadable(Item item, long length, String problem) {
    return HeaderReader.StoredHeader.unreadable(
        item.number(), length, "offset " + item.offset() + ": " + problem);
  }
}
