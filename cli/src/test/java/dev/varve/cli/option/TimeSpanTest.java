package dev.varve.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeSpanTest {
  @Test
  void hoursMinutesAndSecondsAreAdded() {
    TimeSpan span = new TimeSpan();
    assertThat(span.convert("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(span.convert("10M")).isEqualTo(Duration.ofMinutes(10));
    assertThat(span.convert(" 1h30m5s ")).isEqualTo(Duration.ofSeconds(5405));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "m", "0s", "-1m", "1m2h", "1.5h"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> new TimeSpan().convert(text))
        .hasMessage("expected a time such as 10m, got \"" + text + "\"");
  }
}
