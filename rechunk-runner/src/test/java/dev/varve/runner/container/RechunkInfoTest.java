package dev.varve.runner.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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

  private static final List<Digest> DIFF_IDS =
      Stream.of("commit", "git", "shared", "rest", "empty").map(RechunkInfoTest::digest).toList();

  private static Digest digest(String text) {
    return Digest.of(text.getBytes(UTF_8));
  }

  private static PlanState state(String json, List<Digest> diffIds) throws MalformedJsonException {
    ImageConfig config =
        new ImageConfig(
            ImageConfig.forPlatform(Platform.parse("linux/amd64"))
                .json()
                .with("created", "2025-10-11T00:00:00Z")
                .with(
                    "rootfs",
                    JsonObject.EMPTY
                        .with("type", "layers")
                        .with("diff_ids", diffIds.stream().map(Digest::toString).toList())));
    List<Descriptor> layers =
        diffIds.stream()
            .map(diffId -> Descriptor.of(MediaTypes.OCI_LAYER, diffId.toString().getBytes(UTF_8)))
            .toList();
    Descriptor blob = Descriptor.of(MediaTypes.OCI_CONFIG, config.toBytes());
    return RechunkInfo.parse(json, "it")
        .state(new Manifest(blob, layers, Map.of()), config, List.of(1L, 2L, 3L, 4L, 5L));
  }

  private static final String INFO =
      "{\"version\":2,\"packages\":{\"bash\":\"5.2-1\"},\"layers\":"
          + "[[\"dedi:meta:git\"],[\"bash\",\"meta:x\"],[\"dedi:meta:unpackaged\"]]}";

  @Test
  void theLayersOfTheCommitAndTheEmptyLayerHaveNoNames() throws MalformedJsonException {
    assertThat(state(INFO, DIFF_IDS).layers())
        .extracting(LayerState::components)
        .containsExactly(
            List.of(),
            List.of("meta:git"),
            List.of("rpm:bash", "meta:x"),
            List.of("meta:unpackaged"),
            List.of());
    assertThat(state(INFO, DIFF_IDS.subList(0, 4)).layers())
        .extracting(LayerState::components)
        .last()
        .isEqualTo(List.of("meta:unpackaged"));
  }

  @Test
  void aGroupHasChangedIfItsLayerHas() throws MalformedJsonException {
    Map<String, ComponentState> before = state(INFO, DIFF_IDS).components();
    List<Digest> diffIds = new ArrayList<>(DIFF_IDS);
    diffIds.set(1, digest("another git"));
    Map<String, ComponentState> after =
        state(INFO.replace("dedi:meta:unpackaged", "unpackaged"), diffIds).components();

    assertThat(after.keySet())
        .isEqualTo(before.keySet())
        .containsExactlyInAnyOrder("rpm:bash", "meta:git", "meta:x", "meta:unpackaged");
    assertThat(after.get("meta:git")).isNotEqualTo(before.get("meta:git"));
    for (String name : List.of("rpm:bash", "meta:x", "meta:unpackaged")) {
      assertThat(after.get(name)).isEqualTo(before.get(name));
    }
  }

  @Test
  void malformedFieldsAreNamed() {
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
