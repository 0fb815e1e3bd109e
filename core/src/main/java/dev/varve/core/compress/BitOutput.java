package dev.varve.core.compress;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes numbers of some bits, as <a
 * href="https://www.rfc-editor.org/rfc/rfc1951#section-3.1.1">RFC 1951</a> packs them into bytes:
 * the lowest bit first.
 */
final class BitOutput {
  /** The tokens that are written between two checks of the buffer's room. */
  private static final int TOKENS = 1024;

  /** The most bytes of a token: the codes and extra bits of length and distance, 48 bits. */
  private static final int TOKEN_BYTES = 6;

  private final OutputStream out;
  private final byte[] buffer = new byte[1 << 15];
  private int used;

  /** The bits that are no whole byte yet, fewer than 8. */
  private long bits;

  private int count;

  /** Creates an output to {@code out}, which gets bytes in large pieces. */
  BitOutput(OutputStream out) {
    this.out = out;
  }

  /** Writes a number of {@code n} bits, at most 32. */
  void write(int number, int n) throws IOException {
    requireRoom(Long.BYTES);
    append(Integer.toUnsignedLong(number) << count, n);
  }

  /** Writes zeros up to the next whole byte. */
  void align() throws IOException {
    write(0, -count & 7);
  }

  /** Writes bytes behind a whole byte. */
  void writeBytes(byte[] bytes, int offset, int length) throws IOException {
    flush();
    out.write(bytes, offset, length);
  }

  /** Passes on all whole bytes. */
  void flush() throws IOException {
    out.write(buffer, 0, used);
    used = 0;
  }

  /** Writes the first {@code size} tokens. */
  void writeTokens(int[] tokens, int size, TokenBits bits) throws IOException {
    for (int from = 0; from < size; from += TOKENS) {
      requireRoom(TOKENS * TOKEN_BYTES + Long.BYTES);
      writeTokens(tokens, from, Math.min(size, from + TOKENS), bits);
    }
  }

  /** The fields are in local variables for speed: this loop runs once a token. */
  private void writeTokens(int[] tokens, int from, int to, TokenBits entries) {
    int[] literals = entries.literals();
    int[] lengths = entries.lengths();
    int[] distances = entries.distances();
    byte[] buffer = this.buffer;
    int used = this.used;
    long bits = this.bits;
    int count = this.count;
    for (int i = from; i < to; i++) {
      int token = tokens[i];
      if (Token.isLiteral(token)) {
        int entry = literals[token];
        bits |= (long) (entry & 0xFFFFFF) << count;
        count += entry >>> 24;
      } else {
        int length = lengths[Token.length(token)];
        bits |= (long) (length & 0xFFFFFF) << count;
        count += length >>> 24;
        int distance = Token.distance(token);
        int symbol = Token.distanceSymbol(distance);
        bits |= (long) (distances[symbol] & 0xFFFFFF) << count;
        count += distances[symbol] >>> 24;
        int extraBits = Token.distanceExtraBits(symbol);
        bits |= (long) (distance & ((1 << extraBits) - 1)) << count;
        count += extraBits;
      }
      LittleEndian.putLong(buffer, used, bits);
      used += count >>> 3;
      bits >>>= count & ~7;
      count &= 7;
    }
    this.used = used;
    this.bits = bits;
    this.count = count;
  }

  private void append(long shifted, int n) {
    bits |= shifted;
    count += n;
    LittleEndian.putLong(buffer, used, bits);
    used += count >>> 3;
    bits >>>= count & ~7;
    count &= 7;
  }

  private void requireRoom(int bytes) throws IOException {
    if (buffer.length - used < bytes) {
      flush();
    }
  }
}
