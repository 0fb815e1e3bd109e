package dev.varve.runner.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The parsers of hhd-dev/rechunk's label and of podman's output. */
public final class ContainerTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "rechunk-info",
            ContainerTargets::readInfo,
            """
            {"uniq":"40.20250601","version":2,"packages":{"bash":"5.2"},
            "layers":[["bash","meta:x"],["dedi:kernel"]],"revision":"abc"}"""),
        FuzzTarget.ofText(
            "podman-info",
            bytes -> PodmanStore.parse(new String(bytes, UTF_8)),
            "{\"store\":{\"graphRoot\":\"/var/lib/containers\",\"graphDriverName\":\"overlay\"}}"),
        FuzzTarget.ofText("week-53", ContainerTargets::readTime, "1767200000"),
        FuzzTarget.ofText("taken-version", ContainerTargets::readVersion, "40.20250601.3"));
  }

  private static void readInfo(byte[] label) throws IOException {
    RechunkInfo info = RechunkInfo.parse(new String(label, UTF_8), "it");
    Descriptor layer = Descriptor.of(MediaTypes.OCI_LAYER, new byte[0]);
    Digest diffId = layer.digest();
    ImageConfig config =
        ImageConfig.parse("{}".getBytes(UTF_8), "it")
            .withLayers(List.of(diffId, diffId), List.of());
    Manifest manifest = new Manifest(layer, List.of(layer, layer), Map.of());
    assertThat(info.state(manifest, config, List.of(1L, 2L)).layers()).hasSize(2);
  }

  private static void readTime(byte[] seconds) throws IOException {
    long time;
    try {
      time = Long.parseLong(new String(seconds, UTF_8)) & 0xFFFF_FFFFL;
    } catch (NumberFormatException e) {
      throw new IOException(e);
    }
    Week53.failsAt(Instant.ofEpochSecond(time), Instant.EPOCH);
  }

  private static void readVersion(byte[] version) {
    String text = new String(version, UTF_8);
    assertThat(TakenVersions.upTo(text)).contains(text).hasSizeLessThanOrEqualTo(10);
  }
}
