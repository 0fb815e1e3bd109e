package dev.varve.runner.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BuiltinOptionsTest {
  @Test
  void theOptionsHaveTheDocumentedDefaults() {
    BuiltinOptions options = BuiltinOptions.DEFAULT;

    assertThat(BuiltinEngine.DEFAULT_MAX_LAYERS).isEqualTo(120);
    assertThat(options.compression()).hasToString("zstd:6");
    assertThat(options.packages()).isTrue();
    assertThat(options.plan()).isEmpty();
    assertThat(options.verify()).isFalse();
  }

  @Test
  void slashesAroundPrunedPathsAreRemoved() {
    BuiltinOptions options =
        BuiltinOptions.builder().prune("/boot/").prune("var/cache").prune("//tmp").build();

    assertThat(options.prune()).containsExactly("boot", "var/cache", "tmp");
    assertThat(new BuiltinEngine(options).prune())
        .containsExactlyInAnyOrder("boot", "var/cache", "tmp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "///"})
  void theRootCannotBePruned(String path) {
    assertThatThrownBy(() -> BuiltinOptions.builder().prune(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a path below / to prune, got \"" + path + "\"");
  }
}
