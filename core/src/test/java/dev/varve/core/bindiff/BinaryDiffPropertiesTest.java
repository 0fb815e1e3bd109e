package dev.varve.core.bindiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

final class BinaryDiffPropertiesTest {
  /** One for all tries: what the last files left in it must not matter. */
  private static final BlockIndex INDEX = new BlockIndex();

  /** A piece of a new file: a part of the old one, with every so many bytes changed, or noise. */
  record Piece(int from, int length, int changedEvery, boolean fresh) {}

  @Property(tries = 1000)
  void stepsMakeTheNewFile(
      @ForAll @Size(max = 300) byte[] before, @ForAll @Size(max = 300) byte[] after) {
    Patch.assertMakes(diff(before, after), before, after);
  }

  @Property(tries = 1000)
  void stepsMakeAFileOfPiecesOfTheOldOne(
      @ForAll("olds") byte[] before, @ForAll("pieces") List<Piece> pieces) {
    byte[] after = assemble(before, pieces);
    List<Step> steps = diff(before, after);
    Patch.assertMakes(steps, before, after);
    assertThat(diff(before, after)).isEqualTo(steps);
  }

  /** A match shorter than 16 bytes need not contain a block of the index. */
  @Property(tries = 300)
  void allButTheEndsOfLongPiecesIsFound(@ForAll("pieces") List<Piece> pieces) {
    byte[] before = noise(5, 20_000);
    List<Piece> exact =
        pieces.stream().map(p -> new Piece(p.from, p.length + 40, 0, false)).toList();
    byte[] after = assemble(before, exact);
    assertThat(Patch.cost(diff(before, after), before, after))
        .isLessThanOrEqualTo(15 * pieces.size());
  }

  @Provide
  static Arbitrary<byte[]> olds() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 4000),
            Arbitraries.integers().between(1, 300),
            Arbitraries.integers().between(0, 99))
        .as(
            (length, period, seed) -> {
              byte[] bytes = noise(seed, length);
              for (int i = period; seed % 2 == 0 && i < length; i++) {
                bytes[i] = bytes[i - period];
              }
              return bytes;
            });
  }

  @Provide
  static Arbitrary<List<Piece>> pieces() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 100_000),
            Arbitraries.integers().between(0, 500),
            Arbitraries.integers().between(0, 40),
            Arbitraries.of(true, false, false))
        .as(Piece::new)
        .list()
        .ofMaxSize(20);
  }

  private static byte[] assemble(byte[] before, List<Piece> pieces) {
    ByteArrayOutputStream after = new ByteArrayOutputStream();
    for (Piece piece : pieces) {
      if (piece.fresh || before.length == 0) {
        after.writeBytes(noise(piece.from, piece.length));
        continue;
      }
      int from = piece.from % before.length;
      int to = Math.min(before.length, from + piece.length);
      for (int i = from; i < to; i++) {
        boolean changed = piece.changedEvery > 0 && i % piece.changedEvery == 0;
        after.write(before[i] + (changed ? 1 : 0));
      }
    }
    return after.toByteArray();
  }

  private static List<Step> diff(byte[] before, byte[] after) {
    return BinaryDiff.of(before, before.length, after, after.length, INDEX);
  }

  private static byte[] noise(int seed, int length) {
    byte[] noise = new byte[length];
    new Random(seed).nextBytes(noise);
    return noise;
  }
}
