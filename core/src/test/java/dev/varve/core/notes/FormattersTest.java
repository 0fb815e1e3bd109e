package dev.varve.core.notes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FormattersTest {
  private static final Map<String, String> VALUES =
      Map.of("package", "vim", "old", "9.0", "new", "9.1");

  @Test
  void formattersThatAreNotGivenHaveTheDefault() {
    Formatters formatters = Formatters.parse(List.of("pkgupd.add=+ <package>=<new>\\n"));
    assertThat(formatters.format("pkgupd.add", VALUES)).isEqualTo("+ vim=9.1\n");
    assertThat(formatters.format("pkgupd.update", VALUES)).isEqualTo(" - **vim**: 9.0 → 9.1\n");
    assertThat(formatters.format("pkgupd.remove", VALUES)).isEqualTo(" - **vim**: 9.0 → x\n");
    assertThat(formatters.format("commits.none", Map.of())).isEqualTo("-\n");
    assertThat(formatters.format("pkgupd.none", Map.of())).isEqualTo("-\n");
  }

  @Test
  void bracketsWithoutAKnownNameStay() {
    assertThat(
            Formatters.parse(List.of("commits.none=<b>\\t<package>"))
                .format("commits.none", VALUES))
        .isEqualTo("<b>\tvim");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pkgupd.added=x", "=x", "commits.none", ""})
  void anUnknownNameIsRefused(String given) {
    assertThatThrownBy(() -> Formatters.parse(List.of(given)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected NAME=TEMPLATE with NAME one of commits.none, commits.commit, pkgupd.none,"
                + " pkgupd.update, pkgupd.add, pkgupd.remove, pkgupd.keys, got \""
                + given
                + "\"");
  }
}
