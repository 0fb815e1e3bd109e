package dev.varve.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.varve.core.plan.Merging.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MergingTest {
  private static final long DAY = 86_400;
  private static final long NOW = 1_000 * DAY;

  @Test
  void theCostOfAMergeIsTheAdditionalDownloadOfUpdates() {
    Piece small = piece(0, 1_000, 1, 0);
    Piece big = piece(1, 500_000, 2, 0);

    // Together they change on two days; the overhead of a layer is saved on one of them.
    assertThat(small.mergeCost(big))
        .isEqualTo(
            30 * (2 * (501_000 + 4096.0) - (1_000 + 4096) - 2 * (500_000 + 4096)) / 365,
            within(1e-6));
  }

  @Test
  void mergingPiecesThatChangeTogetherSaves() {
    assertThat(piece(0, 1_000, 1, 0).mergeCost(piece(1, 70_000, 1, 0)))
        .isEqualTo(-30 * 4096 / 365.0, within(1e-6));
  }

  @Test
  void aMergedPublishedPieceIsDownloadedOnceMore() {
    assertThat(piece(0, 1_000, 1, 1_000).mergeCost(piece(1, 70_000, 1, 70_000)))
        .isEqualTo(71_000 - 30 * 4096 / 365.0, within(1e-6));
  }

  @Test
  void aMergedPieceHasTheMembersOfBoth() {
    Piece both = piece(3, 1_000, 1, 1_000).merge(piece(1, 70_000, 2, 0));

    assertThat(both).isEqualTo(new Piece(List.of(3, 1), 71_000, days(2), 0));
  }

  @Test
  void nothingIsMergedBelowTheMaximum() {
    List<Piece> pieces = List.of(piece(0, 1_000, 1, 0), piece(1, 1_000, 1, 0));

    assertThat(Merging.merge(pieces, 2)).isEqualTo(pieces);
    assertThat(Merging.merge(pieces, 100)).isEqualTo(pieces);
    assertThat(Merging.merge(List.of(), 1)).isEmpty();
    assertThat(Merging.merge(List.of(), 0)).isEmpty();
  }

  @Test
  void piecesNeedAtLeastOneLayer() {
    assertThatThrownBy(() -> Merging.merge(List.of(piece(0, 1, 1, 0)), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at least one layer, got 0");
  }

  @Test
  void ofEqualPairsTheFirstIsMerged() {
    List<Piece> pieces = IntStream.range(0, 5).mapToObj(i -> piece(i, 1_000, 1, 0)).toList();

    assertThat(members(Merging.merge(pieces, 4)))
        .containsExactly(List.of(0, 1), List.of(2), List.of(3), List.of(4));
    assertThat(members(Merging.merge(pieces, 1))).containsExactly(List.of(0, 1, 2, 3, 4));
  }

  @Test
  void stablePiecesAreKeptApartFromVolatilePieces() {
    List<Piece> pieces =
        List.of(
            piece(0, 900_000, 0, 0),
            piece(1, 50_000, 100, 0),
            piece(2, 800_000, 0, 0),
            piece(3, 60_000, 100, 0));

    assertThat(members(Merging.merge(pieces, 2))).containsExactly(List.of(0, 2), List.of(1, 3));
  }

  @Test
  void publishedPiecesAreKeptIfOthersCanBeMerged() {
    List<Piece> pieces =
        List.of(
            piece(0, 500_000, 5, 500_000),
            piece(1, 500_000, 5, 500_000),
            piece(2, 500_000, 5, 0),
            piece(3, 500_000, 6, 0));

    assertThat(members(Merging.merge(pieces, 3)))
        .containsExactly(List.of(0), List.of(1), List.of(2, 3));
  }

  @Property(tries = 500)
  void theResultEqualsAComparisonOfAllPairs(
      @ForAll("pieces") List<Piece> pieces, @ForAll @IntRange(min = 1, max = 25) int most) {
    assertThat(Merging.merge(pieces, most)).isEqualTo(reference(pieces, most));
  }

  @Property(tries = 500)
  void membersAreDividedAmongAtMostTheMaximumOfPieces(
      @ForAll("pieces") List<Piece> pieces, @ForAll @IntRange(min = 1, max = 25) int most) {
    List<Piece> merged = Merging.merge(pieces, most);

    assertThat(merged).hasSize(Math.min(most, pieces.size()));
    assertThat(merged.stream().flatMap(piece -> piece.members().stream()))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, pieces.size()).boxed().toList());
    assertThat(merged.stream().mapToLong(Piece::size).sum())
        .isEqualTo(pieces.stream().mapToLong(Piece::size).sum());
    assertThat(Merging.merge(pieces, most)).isEqualTo(merged);
  }

  @Test
  void manyPiecesAreMergedAtOnce() {
    Random random = new Random(7);
    List<Piece> pieces =
        IntStream.range(0, 1_500)
            .mapToObj(
                i -> {
                  List<Long> times =
                      random.ints(random.nextInt(30), 0, 365).mapToObj(d -> NOW - d * DAY).toList();
                  long size = 1L << random.nextInt(28);
                  Volatility volatility = Volatility.of(times, NOW, 365, 0.001);
                  return new Piece(List.of(i), size, volatility, i % 3 == 0 ? size : 0);
                })
            .toList();

    List<Piece> merged = Merging.merge(pieces, 120);

    assertThat(merged).hasSize(120);
    assertThat(merged.stream().flatMap(piece -> piece.members().stream()).sorted())
        .containsExactlyElementsOf(IntStream.range(0, 1_500).boxed().toList());
  }

  /** Makes pieces of few sizes and days, because equal costs are then frequent. */
  @Provide
  Arbitrary<List<Piece>> pieces() {
    Arbitrary<Piece> each =
        Combinators.combine(
                Arbitraries.of(0L, 1_000L, 1_000L, 50_000L, 1_000_000L),
                Arbitraries.of(0L, 1L, 2L, 3L).set().ofMaxSize(4),
                Arbitraries.of(0.0, 0.0, 0.25, 1.0),
                Arbitraries.of(true, false, false))
            .as(
                (size, ago, unprecedented, published) ->
                    new Piece(
                        List.of(),
                        size,
                        Volatility.of(
                            ago.stream().map(d -> NOW - d * DAY).toList(), NOW, 365, unprecedented),
                        published ? size : 0));
    return each.list()
        .ofMaxSize(25)
        .map(
            list ->
                IntStream.range(0, list.size())
                    .mapToObj(
                        i -> {
                          Piece piece = list.get(i);
                          return new Piece(
                              List.of(i), piece.size(), piece.volatility(), piece.published());
                        })
                    .toList());
  }

  /** Merges pieces as {@link Merging} does, without any of its shortcuts. */
  private static List<Piece> reference(List<Piece> start, int most) {
    List<Piece> pieces = new ArrayList<>(start);
    while (pieces.size() > most) {
      int[] best = {0, 1};
      for (int i = 0; i < pieces.size(); i++) {
        for (int j = i + 1; j < pieces.size(); j++) {
          if (pieces.get(i).mergeCost(pieces.get(j))
              < pieces.get(best[0]).mergeCost(pieces.get(best[1]))) {
            best = new int[] {i, j};
          }
        }
      }
      pieces.set(best[0], pieces.get(best[0]).merge(pieces.get(best[1])));
      pieces.remove(best[1]);
    }
    return pieces;
  }

  private static List<List<Integer>> members(List<Piece> pieces) {
    return pieces.stream()
        .map(piece -> piece.members().stream().sorted(Comparator.naturalOrder()).toList())
        .toList();
  }

  /** Returns a piece that changed on each of the last {@code days} days. */
  private static Piece piece(int member, long size, int days, long published) {
    return new Piece(List.of(member), size, days(days), published);
  }

  private static Volatility days(int count) {
    return Volatility.of(
        IntStream.range(0, count).mapToObj(i -> NOW - i * DAY).toList(), NOW, 365, 0);
  }
}
