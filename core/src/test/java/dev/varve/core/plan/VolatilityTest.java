package dev.varve.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class VolatilityTest {
  private static final long DAY = 86_400;
  private static final long NOW = 20_000 * DAY + 5_000;

  @Test
  void aDayWithAChangeCountsAsOneDayOfAYear() {
    assertThat(of(NOW - DAY).probability()).isEqualTo(1 / 365.0, within(1e-12));
    assertThat(of(NOW - DAY, NOW - 3 * DAY).probability()).isEqualTo(2 / 365.0, within(1e-12));
  }

  @Test
  void severalChangesOnOneDayCountOnce() {
    assertThat(of(NOW - 10, NOW - 20, NOW - DAY + 1)).isEqualTo(of(NOW));
  }

  @Test
  void aDayBeginsADayBeforeNowNotAtMidnight() {
    assertThat(of(NOW - DAY + 1)).isEqualTo(of(NOW));
    assertThat(of(NOW - DAY)).isNotEqualTo(of(NOW));
  }

  @Test
  void changesUpToAYearAgoCount() {
    assertThat(of(NOW - 365 * DAY + 1).probability()).isEqualTo(1 / 365.0, within(1e-12));
    assertThat(of(NOW - 365 * DAY)).isEqualTo(Volatility.none(365));
  }

  @Test
  void changesInTheFutureDoNotCount() {
    assertThat(of(NOW)).isNotEqualTo(Volatility.none(365));
    assertThat(of(NOW + 1)).isEqualTo(Volatility.none(365));
    assertThat(of(Long.MAX_VALUE / 2, Long.MIN_VALUE / 2)).isEqualTo(Volatility.none(365));
  }

  @Test
  void aChangeOnEveryDayHasProbabilityOne() {
    Long[] daily = new Long[365];
    for (int i = 0; i < daily.length; i++) {
      daily[i] = NOW - i * DAY;
    }
    assertThat(of(daily).probability()).isEqualTo(1.0);
  }

  @Test
  void noChangesHaveProbabilityZero() {
    assertThat(Volatility.none(365).probability()).isZero();
    assertThat(Volatility.independent(0, 365)).isEqualTo(Volatility.none(365));
    assertThat(Volatility.none(365).with(of(NOW))).isEqualTo(of(NOW));
  }

  @Test
  void changesOnTheSameDaysAddNoProbability() {
    Volatility both = of(NOW, NOW - 7 * DAY).with(of(NOW - 7 * DAY, NOW));

    assertThat(both.probability()).isEqualTo(2 / 365.0, within(1e-12));
    assertThat(of(NOW).with(of(NOW - 7 * DAY)).probability()).isEqualTo(2 / 365.0, within(1e-12));
  }

  @Test
  void independentProbabilitiesMultiply() {
    assertThat(
            Volatility.independent(0.5, 365).with(Volatility.independent(0.2, 365)).probability())
        .isEqualTo(0.6, within(1e-12));
    assertThat(of(NOW).with(Volatility.independent(0.5, 365)).probability())
        .isEqualTo(1 - 364 / 365.0 * 0.5, within(1e-12));
  }

  @Test
  void unprecedentedChangesAreIndependent() {
    assertThat(Volatility.of(List.of(NOW), NOW, 365, 0.1).probability())
        .isEqualTo(1 - 364 / 365.0 * 0.9, within(1e-12));
  }

  @Property
  void probabilityWithEqualsTheProbabilityOfTheCombination(
      @ForAll @Size(max = 20) List<@LongRange(min = 0, max = 400) Long> a,
      @ForAll @Size(max = 20) List<@LongRange(min = 0, max = 400) Long> b,
      @ForAll @DoubleRange(min = 0, max = 1) double p,
      @ForAll @DoubleRange(min = 0, max = 1) double q) {
    Volatility one = Volatility.of(a.stream().map(ago -> NOW - ago * DAY).toList(), NOW, 365, p);
    Volatility two = Volatility.of(b.stream().map(ago -> NOW - ago * DAY).toList(), NOW, 365, q);

    double both = one.probabilityWith(two);

    assertThat(both).isEqualTo(one.with(two).probability()).isEqualTo(two.probabilityWith(one));
    assertThat(both).isBetween(Math.max(one.probability(), two.probability()) - 1e-12, 1.0);
    assertThat(both).isLessThanOrEqualTo(one.probability() + two.probability() + 1e-12);
  }

  @Test
  void aLongerPeriodKnowsOlderChanges() {
    List<Long> old = List.of(NOW - 400 * DAY);
    assertThat(Volatility.of(old, NOW, 365, 0).probability()).isZero();
    assertThat(Volatility.of(old, NOW, 1095, 0).probability()).isCloseTo(1.0 / 1095, within(1e-9));
    assertThat(Volatility.of(old, NOW, 1095, 0)).isNotEqualTo(Volatility.of(old, NOW, 1000, 0));
  }

  private static Volatility of(Long... times) {
    return Volatility.of(List.of(times), NOW, 365, 0);
  }
}
