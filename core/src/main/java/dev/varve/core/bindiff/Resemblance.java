package dev.varve.core.bindiff;

/**
 * How far a match extends over bytes that are not all equal.
 *
 * <p>An extension is worth its equal bytes less the others. A difference costs about as much as the
 * byte that it replaces, and equal bytes cost nearly nothing.
 */
final class Resemblance {
  private Resemblance() {}

  /** The length of the best extension from two offsets on, at most {@code most}. */
  static int forward(byte[] before, int position, byte[] after, int start, int most) {
    int best = 0;
    int bestWorth = 0;
    int worth = 0;
    for (int i = 0; i < most; i++) {
      worth += before[position + i] == after[start + i] ? 1 : -1;
      if (worth > bestWorth) {
        bestWorth = worth;
        best = i + 1;
      }
    }
    return best;
  }

  /** The length of the best extension before two offsets, at most {@code most}. */
  static int backward(byte[] before, int position, byte[] after, int start, int most) {
    int best = 0;
    int bestWorth = 0;
    int worth = 0;
    for (int i = 1; i <= most; i++) {
      worth += before[position - i] == after[start - i] ? 1 : -1;
      if (worth > bestWorth) {
        bestWorth = worth;
        best = i;
      }
    }
    return best;
  }

  /**
   * Of bytes that two matches extend over, how many the first should have for the most equal bytes.
   *
   * @param first where they would be in the old file by the first match
   * @param second where they would be by the second
   * @param start where they are in the new file
   */
  static int split(byte[] before, int first, int second, byte[] after, int start, int length) {
    int best = 0;
    int bestGain = 0;
    int gain = 0;
    for (int i = 0; i < length; i++) {
      byte wanted = after[start + i];
      gain += before[first + i] == wanted ? 1 : 0;
      gain -= before[second + i] == wanted ? 1 : 0;
      if (gain > bestGain) {
        bestGain = gain;
        best = i + 1;
      }
    }
    return best;
  }
}
