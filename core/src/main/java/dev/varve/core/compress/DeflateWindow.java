package dev.varve.core.compress;

/**
 * The part of the data that is in memory: the bytes that matches may repeat, those of the current
 * block, and bytes that are still to be parsed.
 *
 * <p>A byte is parsed only if many others follow it, or the data ends: what is found does not
 * depend on how many bytes came at once.
 */
final class DeflateWindow {
  /** The parsed bytes that are kept at least. */
  static final int HISTORY = 1 << 16;

  /** The bytes that are filled between two moves. */
  private static final int INPUT = 1 << 16;

  /**
   * The bytes that must follow a byte before it is parsed: a step of the parser may pass over as
   * many bytes as a match is long before it takes one of that length.
   */
  private static final int LOOKAHEAD = 1 << 10;

  /** The bytes that may be read behind the end, as parts of words. */
  private static final int SLACK = 2 * Long.BYTES;

  /** The position of the data's first byte. In tables, 0 is a place that no match reaches. */
  private static final long FIRST_POSITION = 2L * Token.FARTHEST;

  private final byte[] bytes = new byte[HISTORY + INPUT + LOOKAHEAD + SLACK];
  private long start;
  private int next;
  private int end;

  DeflateWindow() {
    this(FIRST_POSITION);
  }

  /** Creates a window for data that begins at a position. */
  DeflateWindow(long start) {
    this.start = start;
  }

  /** Takes bytes, and returns how many: 0 only if there are bytes to be parsed. */
  int fill(byte[] source, int offset, int length) {
    int capacity = bytes.length - SLACK;
    if (end == capacity) {
      int gone = Math.max(0, next - HISTORY);
      System.arraycopy(bytes, gone, bytes, 0, end - gone);
      start += gone;
      next -= gone;
      end -= gone;
    }
    int taken = Math.min(length, capacity - end);
    System.arraycopy(source, offset, bytes, end, taken);
    end += taken;
    return taken;
  }

  /** The array that contains the window, which moves to its beginning from time to time. */
  byte[] bytes() {
    return bytes;
  }

  /** The position of the array's first byte. */
  long start() {
    return start;
  }

  /** The index of the first byte that has not been parsed. */
  int next() {
    return next;
  }

  /** Moves on to an index, up to which the bytes have been parsed. */
  void parsed(int index) {
    next = index;
  }

  /** The position of the first byte that has not been parsed. */
  long position() {
    return start + next;
  }

  /** The index behind the last byte. */
  int end() {
    return end;
  }

  /** The index up to which bytes may be parsed while others may follow. */
  int endOfParsable() {
    return end - LOOKAHEAD;
  }

  /** Whether the bytes from a position on are still in the window. */
  boolean contains(long position) {
    return position() - position <= HISTORY;
  }

  /** The index of a position in the window. */
  int index(long position) {
    return Math.toIntExact(position - start);
  }
}
