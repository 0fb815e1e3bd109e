package dev.varve.runner.builtin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A PE file with a kernel command line and nothing else. */
final class SealedKernel {
  static final String DIGEST = "0123456789abcdef".repeat(8);

  private static final int PE = 64;
  private static final int SECTION = PE + 24;
  private static final int CONTENT = 512;

  private SealedKernel() {}

  static byte[] file() {
    byte[] line = ("rw composefs=" + DIGEST).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file = ByteBuffer.allocate(2 * CONTENT).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(60, PE);
    file.put(PE, (byte) 'P').put(PE + 1, (byte) 'E').putShort(PE + 6, (short) 1);
    file.put(SECTION, ".cmdline".getBytes(StandardCharsets.US_ASCII));
    file.putInt(SECTION + 8, line.length).putInt(SECTION + 16, CONTENT);
    file.putInt(SECTION + 20, CONTENT).put(CONTENT, line);
    return file.array();
  }
}
