package dev.varve.core.bindiff;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes compared many at a time. */
final class Words {
  /** The bytes of a word. */
  static final int BYTES = Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Words() {}

  static long at(byte[] bytes, int offset) {
    return (long) LONGS.get(bytes, offset);
  }

  /** The number of equal bytes from two offsets on, at most {@code most}. */
  static int equalFrom(byte[] first, int offset, byte[] second, int other, int most) {
    int different = Arrays.mismatch(first, offset, offset + most, second, other, other + most);
    return different < 0 ? most : different;
  }

  /** The number of equal bytes before two offsets, at most {@code most}. */
  static int equalBefore(byte[] first, int offset, byte[] second, int other, int most) {
    int equal = 0;
    while (most - equal >= BYTES) {
      long difference = at(first, offset - equal - BYTES) ^ at(second, other - equal - BYTES);
      if (difference != 0) {
        return equal + Long.numberOfLeadingZeros(difference) / Byte.SIZE;
      }
      equal += BYTES;
    }
    while (equal < most && first[offset - equal - 1] == second[other - equal - 1]) {
      equal++;
    }
    return equal;
  }
}
