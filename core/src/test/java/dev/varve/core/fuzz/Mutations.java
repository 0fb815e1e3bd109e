package dev.varve.core.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes inputs in the ways of fuzzers, the same ways in every run. */
final class Mutations {
  private static final int MOST_AT_ONCE = 4;
  private static final int LONGEST_CHUNK = 64;

  /** Numbers at which parsers err. */
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    0x7F,
    0x80,
    0xFF,
    0x100,
    0x7FFF,
    0x8000,
    0xFFFF,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final Random random;
  private final List<byte[]> inputs;

  /**
   * Creates mutations.
   *
   * @param name the start of the sequence
   * @param inputs what is changed, and combined
   */
  Mutations(String name, List<byte[]> inputs) {
    this.random = new Random(name.hashCode());
    this.inputs = List.copyOf(inputs);
  }

  /** Returns the next changed input. */
  byte[] next() {
    byte[] input = any();
    for (int i = 0; i <= random.nextInt(MOST_AT_ONCE); i++) {
      input = changed(input);
    }
    return input;
  }

  private byte[] any() {
    return inputs.get(random.nextInt(inputs.size()));
  }

  private byte[] changed(byte[] input) {
    if (input.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(input.length);
    int length = Math.min(1 + random.nextInt(LONGEST_CHUNK), input.length - at);
    byte[] chunk = Arrays.copyOfRange(input, at, at + length);
    return switch (random.nextInt(8)) {
      case 0 -> set(input, at, (byte) (input[at] ^ 1 << random.nextInt(8)));
      case 1 -> set(input, at, (byte) random.nextInt());
      case 2 -> number(input, at);
      case 3 ->
          joined(Arrays.copyOf(input, at), Arrays.copyOfRange(input, at + length, input.length));
      case 4 ->
          joined(Arrays.copyOf(input, at), chunk, Arrays.copyOfRange(input, at, input.length));
      case 5 -> Arrays.copyOf(input, at);
      case 6 -> overwritten(input, random.nextInt(input.length), chunk);
      default -> spliced(input, at);
    };
  }

  private static byte[] set(byte[] input, int at, byte value) {
    byte[] changed = input.clone();
    changed[at] = value;
    return changed;
  }

  private byte[] number(byte[] input, int at) {
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
    bytes.order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int size = 1 << random.nextInt(4);
    switch (size) {
      case 1 -> bytes.put((byte) number);
      case 2 -> bytes.putShort((short) number);
      case 4 -> bytes.putInt((int) number);
      default -> bytes.putLong(number);
    }
    return overwritten(input, at, Arrays.copyOf(bytes.array(), size));
  }

  private static byte[] overwritten(byte[] input, int at, byte[] chunk) {
    byte[] changed = input.clone();
    System.arraycopy(chunk, 0, changed, at, Math.min(chunk.length, input.length - at));
    return changed;
  }

  private byte[] spliced(byte[] input, int at) {
    byte[] other = any();
    int from = other.length == 0 ? 0 : random.nextInt(other.length);
    return joined(Arrays.copyOf(input, at), Arrays.copyOfRange(other, from, other.length));
  }

  private static byte[] joined(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteBuffer joined = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      joined.put(part);
    }
    return joined.array();
  }
}
