package dev.varve.core.delta;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LayerDiffTest {
  private static final int PIECE = 8 << 20;
  private static final int AROUND = (LayerDiff.WINDOW - PIECE) / 2;
  private static final long LARGE = 4L << 30;

  @Test
  void aSmallOldFileIsComparedAsAWhole() {
    assertThat(LayerDiff.windowStart(PIECE, PIECE, LayerDiff.WINDOW, LARGE)).isZero();
  }

  @Test
  void aPieceIsComparedWithTheSamePlaceOfALargeOldFile() {
    long at = 100L * PIECE;

    assertThat(LayerDiff.windowStart(at, PIECE, LARGE, LARGE)).isEqualTo(at - AROUND);
  }

  @Test
  void thePlaceIsProportionalInAFileThatGrew() {
    long at = 100L * PIECE;

    assertThat(LayerDiff.windowStart(at, PIECE, LARGE / 2, LARGE)).isEqualTo(at / 2 - AROUND);
  }

  @Test
  void theWindowStaysWithinTheOldFile() {
    assertThat(LayerDiff.windowStart(0, PIECE, LARGE, LARGE)).isZero();
    assertThat(LayerDiff.windowStart(LARGE - PIECE, PIECE, LARGE, LARGE))
        .isEqualTo(LARGE - LayerDiff.WINDOW);
  }
}
