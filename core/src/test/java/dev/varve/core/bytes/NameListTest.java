package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NameListTest {
  @Test
  void namesBeyondTheLimitAreCounted() {
    assertThat(NameList.first(3, List.of("a", "b", "c"))).isEqualTo("a, b, c");
    assertThat(NameList.first(3, List.of("a", "b", "c", "d"))).isEqualTo("a, b, c and 1 more");
    assertThat(NameList.first(2, List.of("a", "b", "c", "d"), " ")).isEqualTo("a b and 2 more");
  }
}
