package dev.varve.core.compress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.compress.Shapes.Kind;
import dev.varve.core.compress.Shapes.Piece;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Streams, judged by the JDK's Inflater. */
final class DeflateEncoderPropertiesTest {
  @Property(tries = 500)
  void anyBytesAreRestored(
      @ForAll @Size(max = 300) byte[] content, @ForAll @IntRange(min = 1, max = 9) int level)
      throws Exception {
    assertThat(Deflated.inflate(Deflated.deflate(content, level))).isEqualTo(content);
  }

  @Property(tries = 300)
  void contentOfAllShapesIsRestored(
      @ForAll("pieces") List<Piece> pieces, @ForAll @IntRange(min = 1, max = 9) int level)
      throws Exception {
    byte[] content = Shapes.assemble(pieces);
    assertThat(Deflated.inflate(Deflated.deflate(content, level))).isEqualTo(content);
  }

  @Property(tries = 100)
  void theSizesOfWritesDoNotMatter(
      @ForAll("pieces") List<Piece> pieces,
      @ForAll @IntRange(min = 1, max = 9) int level,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 200_000) Integer> writes)
      throws Exception {
    byte[] content = Shapes.assemble(pieces);
    assertThat(Deflated.deflate(content, level, writes))
        .isEqualTo(Deflated.deflate(content, level));
  }

  /** Lengths and distances are mostly small, and often at the format's and the buffers' limits. */
  @Provide
  static Arbitrary<List<Piece>> pieces() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.oneOf(
                Arbitraries.integers().between(1, 600),
                Arbitraries.integers().between(1, 70_000),
                Arbitraries.of(3, 257, 258, 259, 1024, 32_767, 32_768, 65_535, 65_536, 132_096)),
            Arbitraries.oneOf(
                Arbitraries.integers().between(1, 40_000),
                Arbitraries.of(1, 2, 3, 4, 7, 8, 32_767, 32_768, 32_769)),
            Arbitraries.integers().between(0, 255))
        .as(Piece::new)
        .list()
        .ofMaxSize(12);
  }
}
