package dev.varve.core.plan;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The probability that components change in an update: the days of the past year with changes, and
 * an independent probability of changes without a date.
 */
final class Volatility {
  /** The number of days of history. */
  static final int DAYS = 365;

  /** No changes, and none expected. */
  static final Volatility NONE = new Volatility(new long[(DAYS + 63) / 64], 1);

  private static final long DAY_SECONDS = 86_400;

  private final long[] days;
  private final double staysWithoutDate;

  private Volatility(long[] days, double staysWithoutDate) {
    this.days = days;
    this.staysWithoutDate = staysWithoutDate;
  }

  /**
   * Returns the volatility of a component with changes at these times.
   *
   * @param times seconds since the epoch; times outside the year before {@code now} are ignored
   * @param unprecedented the probability of a change on a day without earlier changes
   */
  static Volatility of(Collection<Long> times, long now, double unprecedented) {
    long[] days = new long[NONE.days.length];
    for (long time : times) {
      long ago = Math.floorDiv(now - time, DAY_SECONDS);
      if (ago >= 0 && ago < DAYS) {
        days[(int) ago / 64] |= 1L << (ago % 64);
      }
    }
    return new Volatility(days, 1 - unprecedented);
  }

  /**
   * Returns the volatility of a component that changes with a probability, independently of other
   * components.
   */
  static Volatility independent(double probability) {
    return of(List.of(), 0, probability);
  }

  /** Returns the volatility of both together. */
  Volatility with(Volatility other) {
    long[] union = new long[days.length];
    for (int i = 0; i < union.length; i++) {
      union[i] = days[i] | other.days[i];
    }
    return new Volatility(union, staysWithoutDate * other.staysWithoutDate);
  }

  /** Returns the probability that a daily update changes the component. */
  double probability() {
    int changed = 0;
    for (long word : days) {
      changed += Long.bitCount(word);
    }
    return probability(changed, staysWithoutDate);
  }

  /** {@link #with} and {@link #probability} without allocation, for the planner's inner loop. */
  double probabilityWith(Volatility other) {
    int changed = 0;
    for (int i = 0; i < days.length; i++) {
      changed += Long.bitCount(days[i] | other.days[i]);
    }
    return probability(changed, staysWithoutDate * other.staysWithoutDate);
  }

  private static double probability(int changedDays, double stays) {
    return 1 - (1 - (double) changedDays / DAYS) * stays;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Volatility v
        && Arrays.equals(days, v.days)
        && staysWithoutDate == v.staysWithoutDate;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(days) * 31 + Double.hashCode(staysWithoutDate);
  }
}
