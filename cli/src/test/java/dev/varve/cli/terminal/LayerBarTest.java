package dev.varve.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.MediaTypes;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LayerBarTest {
  private static Descriptor layer(String name, long size) {
    return new Descriptor(MediaTypes.OCI_LAYER, Digest.of(name.getBytes(UTF_8)), size);
  }

  @Test
  void theLengthOfALayerIsProportionalToItsSize() {
    Descriptor a = layer("a", 100);
    Descriptor b = layer("b", 300);
    Descriptor c = layer("c", 200);
    List<Descriptor> layers = List.of(a, b, c);
    assertThat(LayerBar.of(layers, List.of(b)))
        .isEqualTo("░".repeat(10) + "█".repeat(30) + "░".repeat(20));
    assertThat(LayerBar.of(layers, List.of(a, c)))
        .isEqualTo("█".repeat(10) + "░".repeat(30) + "█".repeat(20));
    assertThat(LayerBar.of(layers, layers)).isEqualTo("█".repeat(60));
    assertThat(LayerBar.of(layers, List.of())).isEqualTo("░".repeat(60));
  }

  @Test
  void theSmallestNewLayerIsVisible() {
    Descriptor big = layer("big", 1_000_000);
    Descriptor small = layer("small", 1);
    assertThat(LayerBar.of(List.of(big, small), List.of(small))).isEqualTo("░".repeat(59) + "█");
  }

  @Test
  void anImageOfNothingHasAnEmptyBar() {
    assertThat(LayerBar.of(List.of(), List.of())).isEqualTo("░".repeat(60));
  }
}
