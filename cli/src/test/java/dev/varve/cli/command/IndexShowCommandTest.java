package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Sample;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of {@code varve index show}. */
final class IndexShowCommandTest extends IndexTestBase {
  @Test
  void anIndexIsShownAsATable() throws IOException {
    Descriptor amd = image("owner/os", "linux/amd64");
    Descriptor arm = image("owner/os", "linux/arm64");
    attach("owner/os", arm, "application/x");
    String[] images = {repository + "@" + amd.digest(), repository + "@" + arm.digest()};
    cli.run("index", "create", repository + ":40", images[0], images[1], "--annotation", "a=b");
    assertThat(
            cli.run("index", "show", repository + ":40").reportWithoutDigests().stream()
                .map(line -> line.replaceFirst("digest {20,}", "digest  ")))
        .containsExactly(
            repository + ":40",
            "  digest      sha256:…",
            "  type        application/vnd.oci.image.index.v1+json",
            "  annotation  a=b",
            "  platform     digest  layers  download  artifacts",
            "  linux/amd64  sha256:…       1      52 B  none",
            "  linux/arm64  sha256:…       1      52 B  application/x");
  }

  @Test
  void oneImageIsShownAsWell() throws IOException {
    new Sample().file("a", "1").withState().writeTo(directory.resolve("os"), "1");
    JsonObject json = cli.run("index", "show", "oci:DIR/os:1", "--json").json();
    assertThat(json.string("mediaType")).isEqualTo(MediaTypes.OCI_MANIFEST);
    List<String> platforms = new ArrayList<>();
    for (JsonObject each : json.objects("manifests")) {
      platforms.add(each.string("platform"));
    }
    assertThat(platforms).containsExactly("linux/amd64");
  }
}
