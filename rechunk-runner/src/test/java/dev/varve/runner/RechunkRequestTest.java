package dev.varve.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Platform;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.rootfs.Boundary;
import dev.varve.core.rootfs.DirectorySource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RechunkRequestTest {
  @TempDir Path directory;
  private ImageSink sink;
  private RechunkRequest.Builder builder;

  @BeforeEach
  void begin() throws IOException {
    sink = OciLayout.create(directory.resolve("dest"), "", "oci:dest");
    ImageConfig config = ImageConfig.forPlatform(Platform.parse("linux/amd64"));
    builder =
        RechunkRequest.builder(
            new DirectorySource(directory, config, "rootfs:x", Boundary.DEFAULT),
            sink,
            directory.resolve("scratch"));
  }

  @AfterEach
  void close() throws IOException {
    sink.close();
  }

  @Test
  void aRequestHasTheDocumentedDefaults() {
    RechunkRequest request = builder.build();

    assertThat(request.previous()).isEmpty();
    assertThat(request.maxLayers()).isEmpty();
    assertThat(request.labels()).isEmpty();
  }

  @Test
  void atLeastOneLayerIsRequired() {
    assertThat(builder.maxLayers(1).build().maxLayers()).hasValue(1);
    assertThatThrownBy(() -> builder.maxLayers(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at least one layer, got 0");
  }

  @Test
  void theLastCallForALabelCounts() {
    RechunkRequest request =
        builder.label("a", "1").label("b", "1").withoutLabel("a").label("b", "2").build();

    assertThat(request.labels()).isEqualTo(Map.of("a", Optional.empty(), "b", Optional.of("2")));
  }
}
