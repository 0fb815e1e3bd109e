package dev.varve.core.compress;

import java.io.IOException;

/** Writes blocks, each in the form in which it is smallest. */
final class BlockWriter {
  /** The most bytes of a stored block. */
  static final int MOST_STORED = (1 << 16) - 1;

  private static final int STORED = 0;
  private static final int FIXED = 1;
  private static final int DYNAMIC = 2;

  /** The bits of a block's last flag and form. */
  private static final int HEADER_BITS = 3;

  /** The bits of a stored block in front of its bytes, apart from the header, at most. */
  private static final int STORED_BITS = 7 + 32;

  private final BitOutput out;

  BlockWriter(BitOutput out) {
    this.out = out;
  }

  /**
   * Writes a block of compressed tokens.
   *
   * @param tokens contains the block's tokens at its beginning
   * @param size the number of the block's tokens
   * @param counts the counts of the tokens' symbols, to which the block's end is added
   * @param last whether the stream ends with this block
   */
  void write(int[] tokens, int size, SymbolCounts counts, boolean last) throws IOException {
    writeCompressed(tokens, size, counts, Integer.MAX_VALUE, last);
  }

  /**
   * Writes a block of tokens that stand for these bytes, compressed or stored.
   *
   * @param length the number of bytes, at most {@link #MOST_STORED}
   */
  void write(
      int[] tokens,
      int size,
      SymbolCounts counts,
      boolean last,
      byte[] bytes,
      int offset,
      int length)
      throws IOException {
    if (!writeCompressed(tokens, size, counts, STORED_BITS + Byte.SIZE * length, last)) {
      writeHeader(STORED, last);
      out.align();
      out.write(length | ~length << 16, 32);
      out.writeBytes(bytes, offset, length);
    }
  }

  /** Writes a block, unless it needs at least {@code limit} bits; returns whether it did. */
  private boolean writeCompressed(
      int[] tokens, int size, SymbolCounts counts, int limit, boolean last) throws IOException {
    counts.addEnd();
    BlockCodes codes = BlockCodes.of(counts);
    CodeDescription description = new CodeDescription(codes);
    int dynamic = description.bits() + codes.bits(counts);
    int fixed = BlockCodes.FIXED.bits(counts);
    if (Math.min(dynamic, fixed) >= limit) {
      return false;
    }
    if (fixed <= dynamic) {
      writeHeader(FIXED, last);
      writeTokens(tokens, size, BlockCodes.FIXED);
    } else {
      writeHeader(DYNAMIC, last);
      description.write(out);
      writeTokens(tokens, size, codes);
    }
    return true;
  }

  private void writeHeader(int form, boolean last) throws IOException {
    out.write(form << 1 | (last ? 1 : 0), HEADER_BITS);
  }

  private void writeTokens(int[] tokens, int size, BlockCodes codes) throws IOException {
    out.writeTokens(tokens, size, new TokenBits(codes));
    out.write(codes.literals().code(Token.END), codes.literals().length(Token.END));
  }
}
