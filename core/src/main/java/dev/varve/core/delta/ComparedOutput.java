package dev.varve.core.delta;

import java.io.OutputStream;
import java.util.Arrays;

/** Compares the bytes written with the beginning of a blob. */
final class ComparedOutput extends OutputStream {
  private final byte[] expected;
  private int compared;
  private boolean differs;

  ComparedOutput(byte[] expected) {
    this.expected = expected;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int n = Math.min(length, expected.length - compared);
    differs |= !Arrays.equals(bytes, offset, offset + n, expected, compared, compared + n);
    compared += n;
  }

  /** Whether further bytes can't change {@link #isEqual}. */
  boolean isDecided() {
    return differs || compared == expected.length;
  }

  /** Whether the bytes begin with the expected ones. */
  boolean isEqual() {
    return !differs && compared == expected.length;
  }
}
