package dev.varve.core.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Merges pieces until few enough are left, always the pair that raises the total cost least.
 *
 * <p>Each piece stores its best partner among the pieces after it. A merge makes some of these
 * entries stale, but a stale cost is a lower bound, and is computed again only when it is the
 * lowest. The result equals that of comparing all pairs each time, in about quadratic time.
 */
final class Merging {
  /** The number of updates over which a saving must pay for its one-time cost. */
  static final int HORIZON = 30;

  /** The overhead of a layer in bytes: a request, headers, an entry in the manifest. */
  static final long LAYER_OVERHEAD = 4096;

  /**
   * A group of components that shares a layer.
   *
   * @param members the caller's indexes of the members
   * @param size the size in bytes
   * @param volatility the probability of a change
   * @param published the bytes of the layer that clients have and a merge would change; else 0
   */
  record Piece(List<Integer> members, long size, Volatility volatility, long published) {

    Piece merge(Piece other) {
      List<Integer> both = new ArrayList<>(members);
      both.addAll(other.members);
      return new Piece(both, size + other.size, volatility.with(other.volatility), 0);
    }

    /** The change of the total cost by the merge; negative for a saving. */
    double mergeCost(Piece other) {
      return cost(volatility.probabilityWith(other.volatility), size + other.size)
          + published
          + other.published
          - cost(volatility.probability(), size)
          - cost(other.volatility.probability(), other.size);
    }

    private static double cost(double probability, long size) {
      return HORIZON * probability * (size + LAYER_OVERHEAD);
    }
  }

  private final Piece[] pieces;
  private final boolean[] alive;
  private final double[] best;
  private final int[] partner;
  private final boolean[] stale;
  private int left;

  private Merging(List<Piece> start) {
    pieces = start.toArray(Piece[]::new);
    alive = new boolean[pieces.length];
    best = new double[pieces.length];
    partner = new int[pieces.length];
    stale = new boolean[pieces.length];
    left = pieces.length;
    Arrays.fill(alive, true);
    for (int i = 0; i < pieces.length; i++) {
      findPartner(i);
    }
  }

  /**
   * Merges pieces until at most {@code most} are left.
   *
   * @param pieces the pieces in a deterministic order, which decides between equal costs
   */
  static List<Piece> merge(List<Piece> pieces, int most) {
    if (most < 1 && !pieces.isEmpty()) {
      throw new IllegalArgumentException("expected at least one layer, got " + most);
    }
    Merging merging = new Merging(pieces);
    while (merging.left > most) {
      merging.step();
    }
    List<Piece> result = new ArrayList<>();
    merging.forEachAlive(0, i -> result.add(merging.pieces[i]));
    return result;
  }

  private void step() {
    int first = -1;
    for (int i = 0; i < pieces.length; i++) {
      if (alive[i] && (first < 0 || best[i] < best[first])) {
        first = i;
      }
    }
    if (stale[first]) {
      findPartner(first);
      return;
    }
    int merged = first;
    int gone = partner[merged];
    pieces[merged] = pieces[merged].merge(pieces[gone]);
    alive[gone] = false;
    left--;
    findPartner(merged);
    for (int i = 0; i < gone; i++) {
      if (alive[i] && i != merged) {
        update(i, merged, gone);
      }
    }
  }

  /** Updates a piece's partner after a merge; of equally good partners, the first counts. */
  private void update(int piece, int merged, int gone) {
    boolean lost = partner[piece] == merged || partner[piece] == gone;
    if (piece < merged) {
      double cost = pieces[piece].mergeCost(pieces[merged]);
      boolean first = !stale[piece] && (lost || merged < partner[piece]);
      if (cost < best[piece] || (cost == best[piece] && first)) {
        best[piece] = cost;
        partner[piece] = merged;
        stale[piece] = false;
        return;
      }
    }
    stale[piece] |= lost;
  }

  private void findPartner(int piece) {
    best[piece] = Double.POSITIVE_INFINITY;
    stale[piece] = false;
    forEachAlive(
        piece + 1,
        other -> {
          double cost = pieces[piece].mergeCost(pieces[other]);
          if (cost < best[piece]) {
            best[piece] = cost;
            partner[piece] = other;
          }
        });
  }

  private void forEachAlive(int from, IntConsumer each) {
    for (int i = from; i < pieces.length; i++) {
      if (alive[i]) {
        each.accept(i);
      }
    }
  }
}
