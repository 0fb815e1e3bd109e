package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Platform;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.notes.Formatters;
import dev.varve.core.notes.Notes;
import dev.varve.runner.RechunkRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChunkVariablesTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "containers-storage:localhost/os:latest, os_latest",
    "containers-storage:os, os",
    "docker://localhost:5000/me/os:41@sha256:abc, os_41_sha256_abc",
    "oci:/var/tmp/my os:tag, my_os_tag",
    "oci-archive:$(touch x).tar, image__touch_x_.tar",
    "oci:-rf, image-rf",
    "rootfs:/, image",
  })
  void theNameOfTheOutputIsSafeForScripts(String reference, String name) {
    assertThat(ChunkVariables.outName(reference)).isEqualTo(name);
  }

  /** A source without files: tests use only its reference and config. */
  private static final class EmptySource implements TreeSource {
    @Override
    public String reference() {
      return "oci:os";
    }

    @Override
    public ImageConfig config() {
      return ImageConfig.forPlatform(Platform.parse("linux/amd64"));
    }

    @Override
    public Map<String, String> annotations() {
      return Map.of();
    }

    @Override
    public FileTree read(Path scratch, Set<String> prune, Progress progress) {
      throw new UnsupportedOperationException("not to be read");
    }

    @Override
    public void close() {}
  }

  private Map<String, String> variables(String changelog) throws IOException {
    Notes notes =
        new Notes(
            Optional.empty(),
            Optional.empty(),
            Optional.of(changelog),
            Formatters.DEFAULT,
            List.of());
    try (ImageSink sink = OciLayout.create(directory.resolve("out"), "", "oci:out")) {
      return ChunkVariables.of(
          RechunkRequest.builder(new EmptySource(), sink, directory).notes(notes).build(),
          ContainerSettings.builder().build(),
          false);
    }
  }

  @Test
  void theLengthOfATextIsLimitedByTheKernel() throws IOException {
    assertThat(variables("x".repeat(120_000))).containsEntry("CHANGELOG", "x".repeat(120_000));
    assertThatThrownBy(() -> variables("я".repeat(60_001)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "passing CHANGELOG to the container engine: expected at most 120000 bytes, got"
                + " 120002");
  }

  @ParameterizedTest
  @CsvSource({
    "120, false, false, 118",
    "120, true, false, 117",
    "120, true, true, 118",
    "3, false, false, 1",
    "4, true, false, 1",
  })
  void layersThatTheToolDoesNotCountAreSubtracted(
      int asked, boolean previous, boolean clearPlan, String expected) throws IOException {
    ContainerSettings settings = ContainerSettings.builder().clearPlan(clearPlan).build();
    try (ImageSink sink = OciLayout.create(directory.resolve("out"), "", "oci:out")) {
      RechunkRequest request =
          RechunkRequest.builder(new EmptySource(), sink, directory).maxLayers(asked).build();
      assertThat(ChunkVariables.of(request, settings, previous))
          .containsEntry("MAX_LAYERS", expected);
    }
  }

  @Test
  void fastCompressionIsRequestedFromTheTool() throws IOException {
    try (ImageSink sink = OciLayout.create(directory.resolve("out"), "", "oci:out")) {
      RechunkRequest request = RechunkRequest.builder(new EmptySource(), sink, directory).build();
      ContainerSettings fast = ContainerSettings.builder().fastCompression(true).build();
      assertThat(ChunkVariables.of(request, fast, false)).containsEntry("SKIP_COMPRESSION", "1");
      assertThat(ChunkVariables.of(request, ContainerSettings.builder().build(), false))
          .doesNotContainKey("SKIP_COMPRESSION");
    }
  }

  @Test
  void aCheckoutThatPodmanCannotMountIsRefusedEarly() {
    assertThatThrownBy(() -> ContainerSettings.builder().git(Path.of("/src/a:b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("podman doesn't support a colon in a path: /src/a:b; use another directory");
  }
}
