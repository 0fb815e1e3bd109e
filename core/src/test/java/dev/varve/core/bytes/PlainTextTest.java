package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainTextTest {
  @Test
  void wordsAreKept() {
    assertThat(PlainText.of("größer 😀 שלום")).isEqualTo("größer 😀 שלום");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 7, '\n', '\r', '\t', 0x1B, 0x7F, 0x80, 0x9B, 0x9F, 0x61C, 0x200E, 0x200F, 0x2028, 0x2029,
        0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069
      })
  void controlAndDirectionCharactersAreReplaced(int control) {
    assertThat(PlainText.of("a" + Character.toString(control) + "[2Jb")).isEqualTo("a\uFFFD[2Jb");
  }
}
