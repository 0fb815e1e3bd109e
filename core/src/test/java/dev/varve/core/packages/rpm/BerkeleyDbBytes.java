package dev.varve.core.packages.rpm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Makes hashes of Berkeley DB: a page with all keys, and overflow pages for long headers. */
final class BerkeleyDbBytes {
  static final int PAGE = 512;

  /** The longest header that is kept on the page with the keys. */
  private static final int LONGEST = 100;

  private BerkeleyDbBytes() {}

  /** Returns a database; the first header has the number 1. */
  static byte[] of(ByteOrder order, List<byte[]> headers) {
    List<ByteBuffer> pages = new ArrayList<>();
    ByteBuffer meta = page(order, pages);
    meta.putInt(12, 0x061561).putInt(16, 9).putInt(20, PAGE).put(25, (byte) 8);
    ByteBuffer hash = page(order, pages).put(25, (byte) 13);
    hash.putShort(20, (short) (2 * headers.size() + 2));
    int end = item(hash, 0, PAGE, key(order, 0));
    end = item(hash, 1, end, value(ByteBuffer.allocate(4).order(order).putInt(99).array()));
    for (int i = 0; i < headers.size(); i++) {
      byte[] header = headers.get(i);
      end = item(hash, 2 * i + 2, end, key(order, i + 1));
      end =
          item(
              hash,
              2 * i + 3,
              end,
              header.length <= LONGEST ? value(header) : overflow(order, header, pages));
    }
    meta.putInt(32, pages.size() - 1);
    ByteBuffer file = ByteBuffer.allocate(pages.size() * PAGE);
    pages.forEach(file::put);
    return file.array();
  }

  private static ByteBuffer page(ByteOrder order, List<ByteBuffer> pages) {
    ByteBuffer page = ByteBuffer.allocate(PAGE).order(order).putInt(8, pages.size());
    pages.add(page);
    return page;
  }

  private static byte[] key(ByteOrder order, int number) {
    return ByteBuffer.allocate(5).order(order).put((byte) 1).putInt(number).array();
  }

  private static byte[] value(byte[] bytes) {
    return ByteBuffer.allocate(bytes.length + 1).put((byte) 1).put(bytes).array();
  }

  private static byte[] overflow(ByteOrder order, byte[] header, List<ByteBuffer> pages) {
    int first = pages.size();
    int most = PAGE - 26;
    for (int at = 0; at < header.length; at += most) {
      int there = Math.min(most, header.length - at);
      ByteBuffer page = page(order, pages).put(25, (byte) 7).putShort(22, (short) there);
      page.putInt(16, at + there < header.length ? pages.size() : 0).put(26, header, at, there);
    }
    ByteBuffer reference = ByteBuffer.allocate(12).order(order).put((byte) 3);
    return reference.putInt(4, first).putInt(8, header.length).array();
  }

  private static int item(ByteBuffer hash, int index, int end, byte[] item) {
    hash.putShort(26 + 2 * index, (short) (end - item.length)).put(end - item.length, item);
    return end - item.length;
  }
}
