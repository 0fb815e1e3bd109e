package dev.varve.core.plan;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The probability that components change in an update: the days of a period with changes, and an
 * independent probability of changes without a date.
 */
final class Volatility {
  private static final long DAY_SECONDS = 86_400;

  private final long[] days;
  private final int period;
  private final double staysWithoutDate;

  private Volatility(long[] days, int period, double staysWithoutDate) {
    this.days = days;
    this.period = period;
    this.staysWithoutDate = staysWithoutDate;
  }

  /** Returns that of no changes, with none expected. */
  static Volatility none(int period) {
    return independent(0, period);
  }

  /**
   * Returns the volatility of a component with changes at these times.
   *
   * @param times seconds since the epoch; times outside the period before {@code now} are ignored
   * @param period the number of days that count; equal in all that are joined
   * @param unprecedented the probability of a change on a day without earlier changes
   */
  static Volatility of(Collection<Long> times, long now, int period, double unprecedented) {
    long[] days = new long[(period + 63) / 64];
    for (long time : times) {
      long ago = Math.floorDiv(now - time, DAY_SECONDS);
      if (ago >= 0 && ago < period) {
        days[(int) ago / 64] |= 1L << (ago % 64);
      }
    }
    return new Volatility(days, period, 1 - unprecedented);
  }

  /**
   * Returns the volatility of a component that changes with a probability, independently of other
   * components.
   */
  static Volatility independent(double probability, int period) {
    return of(List.of(), 0, period, probability);
  }

  /** Returns the volatility of both together. */
  Volatility with(Volatility other) {
    long[] union = new long[days.length];
    for (int i = 0; i < union.length; i++) {
      union[i] = days[i] | other.days[i];
    }
    return new Volatility(union, period, staysWithoutDate * other.staysWithoutDate);
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

  private double probability(int changedDays, double stays) {
    return 1 - (1 - (double) changedDays / period) * stays;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Volatility v
        && Arrays.equals(days, v.days)
        && period == v.period
        && staysWithoutDate == v.staysWithoutDate;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(days) * 31 + Double.hashCode(staysWithoutDate);
  }
}
