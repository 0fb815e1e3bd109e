package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.json.MalformedJsonException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RechunkInfoTest {
  @Test
  void bothFormatsAreRead() throws MalformedJsonException {
    RechunkInfo second =
        RechunkInfo.parse(
            "{\"version\":2,\"uniq\":\"41.1\",\"packages\":{\"bash\":\"5.2-1\"},"
                + "\"layers\":[[\"dedi:meta:kernel\"],[\"bash\",\"meta:x\"]],\"revision\":null}",
            "it");
    RechunkInfo first =
        RechunkInfo.parse(
            "{\"version\":1,\"uniq\":\"41\",\"packages\":{},\"revision\":\"abc\"}", "it");

    assertThat(second)
        .isEqualTo(
            new RechunkInfo(
                "41.1",
                Map.of("bash", "5.2-1"),
                List.of(List.of("dedi:meta:kernel"), List.of("bash", "meta:x")),
                Optional.empty()));
    assertThat(first).isEqualTo(new RechunkInfo("41", Map.of(), List.of(), Optional.of("abc")));
  }

  @Test
  void whatIsMalformedIsNamed() {
    assertThatThrownBy(() -> RechunkInfo.parse("{\"version\":3}", "the label"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("expected \"version\" 1 or 2, got 3");
    assertThatThrownBy(() -> RechunkInfo.parse("{", "the label"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("the label");
    assertThatThrownBy(() -> RechunkInfo.parse("{\"version\":2,\"layers\":[[1]]}", "the label"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("layers[0]");
  }
}
