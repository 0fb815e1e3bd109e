package dev.varve.core.compress;

import java.util.List;
import java.util.Random;

/** Content for compressors, the same in every run. */
final class Shapes {
  private Shapes() {}

  /** The kinds of content. */
  enum Kind {
    NOISE,
    RUN,
    TEXT,
    FEW_BYTES,
    REPEATED
  }

  /**
   * A part of some content.
   *
   * @param distance where {@link Kind#REPEATED} bytes are repeated from
   */
  record Piece(Kind kind, int length, int distance, int seed) {}

  static byte[] assemble(List<Piece> pieces) {
    byte[] content = new byte[pieces.stream().mapToInt(Piece::length).sum()];
    int at = 0;
    for (Piece piece : pieces) {
      Random random = new Random(piece.seed);
      for (int end = at + piece.length; at < end; at++) {
        content[at] =
            switch (piece.kind) {
              case NOISE -> (byte) random.nextInt();
              case RUN -> (byte) piece.seed;
              case TEXT -> (byte) "the quick brown fox, etaoin".charAt(random.nextInt(27));
              case FEW_BYTES -> (byte) Integer.numberOfTrailingZeros(random.nextInt());
              case REPEATED -> at < piece.distance ? 0 : content[at - piece.distance];
            };
      }
    }
    return content;
  }

  /** Returns content of every kind, a good two megabytes. */
  static byte[] mixture() {
    Random random = new Random(7);
    return assemble(
        random
            .ints(300, 0, Kind.values().length)
            .mapToObj(
                kind ->
                    new Piece(
                        Kind.values()[kind],
                        1 + random.nextInt(1 << (4 + random.nextInt(11))) * 4,
                        1 + random.nextInt(1 << (3 + random.nextInt(13))),
                        random.nextInt(1000)))
            .toList());
  }
}
