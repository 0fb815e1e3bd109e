package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 layers, 0 layers are",
    "1, 1 layer, 1 layer is",
    "2, 2 layers, 2 layers are",
    "1130, 1130 layers, 1130 layers are"
  })
  void onlyOneTakesTheSingular(long number, String noun, String verb) {
    assertThat(Quantity.of(number, "layer")).isEqualTo(noun);
    assertThat(Quantity.of(number, "layer", "is", "are")).isEqualTo(verb);
  }
}
