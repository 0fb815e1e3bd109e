package dev.varve.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "123, 123",
    "123b, 123",
    "400MB, 400000000",
    "400m, 400000000",
    "1.5 GB, 1500000000",
    "1kB, 1000",
    "1KiB, 1024",
    "1.5GiB, 1610612736",
    "2T, 2000000000000",
  })
  void sizesMayHaveDecimalAndBinaryUnits(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @Test
  void aTooLargeSizeIsTheLargestLong() {
    assertThat(ByteSize.parse("999999999999999T").bytes()).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MB", "-1", "1.MB", "1,5GB", "4 MB more", "1iB", "1PB", "1e6"})
  void aMalformedSizeIsRefused(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a size such as 400MB, got \"" + text + "\"");
  }
}
