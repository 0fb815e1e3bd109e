package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Tools;
import dev.varve.cli.session.SampleBuilds;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.plan.PlanState;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that skopeo, crane, oras and podman read images that Varve pushed to distribution's
 * registry with a login: the sample, rechunked with the image of the day before, with zstd and with
 * gzip.
 */
@Tag("judge")
@TestInstance(Lifecycle.PER_CLASS)
final class PushedImagesJudgeTest {
  private static final String DAY_BEFORE = "monday";
  private static final String DAY = "tuesday";

  private RealRegistry registry;
  private Path directory;
  private Tools tools;

  @BeforeAll
  void push(@TempDir Path shared) throws IOException {
    registry = RealRegistry.startWithLogin();
    try (InputStream sample = SampleBuilds.archive()) {
      Files.copy(Objects.requireNonNull(sample), shared.resolve("sample.tar"));
    }
    new Tools(shared).login(registry);
    for (String compression : new String[] {"zstd", "gzip"}) {
      String before = "docker://" + repository(compression) + ":" + DAY_BEFORE;
      rechunk(shared, compression, DAY_BEFORE, "--fresh");
      rechunk(shared, compression, DAY, "--prev", before);
    }
  }

  private void rechunk(Path shared, String compression, String tag, String... options) {
    List<String> line = new ArrayList<>(List.of("rechunk", "oci-archive:DIR/sample.tar:" + tag));
    line.add("docker://" + repository(compression) + ":" + tag);
    line.addAll(List.of("-q", "--max-layers=30", "--compression=" + compression));
    line.addAll(List.of(options));
    Run run = new Cli(shared).run(line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  @AfterAll
  void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void setUp(@TempDir Path own) throws IOException {
    directory = own;
    tools = new Tools(directory, "skopeo", "crane", "oras", "podman");
    tools.login(registry);
  }

  private String repository(String compression) {
    return registry.host() + "/os/" + compression;
  }

  private String image(String compression) {
    return repository(compression) + ":" + DAY;
  }

  /** Returns the digest of the pushed image, by varve inspect. */
  private Digest pushed(String compression) throws IOException {
    Run run = new Cli(directory).run("inspect", "docker://" + image(compression), "--json", "-q");
    assertThat(run.exitCode()).as(run.err()).isZero();
    return Digest.parse(run.json().string("digest"));
  }

  private void expectComplete(String layout, String tag, Digest digest) throws IOException {
    Path path = directory.resolve(layout);
    try (ImageSource image = OciLayout.open(path, tag, PlatformChoice.any(), "oci:" + layout)) {
      assertThat(image.descriptor().digest()).isEqualTo(digest);
      for (Descriptor blob : image.manifest().blobs()) {
        try (InputStream in = image.open(blob)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip"})
  void skopeoInspectsAndCopiesThePushedImage(String compression) throws Exception {
    Digest digest = pushed(compression);
    JsonObject inspected =
        tools.json("skopeo", "inspect", "--tls-verify=false", "docker://" + image(compression));
    assertThat(inspected.string("Digest")).isEqualTo(digest.toString());
    assertThat(inspected.strings("RepoTags")).contains(DAY_BEFORE, DAY);
    tools.skopeo("--preserve-digests", "docker://" + image(compression), "oci:copied:x");
    expectComplete("copied", "x", digest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip"})
  void craneValidatesAndPullsThePushedImage(String compression) throws Exception {
    Digest digest = pushed(compression);
    assertThat(tools.digest(image(compression))).isEqualTo(digest);
    assertThat(Digest.of(tools.run("crane", "manifest", image(compression)).getBytes(UTF_8)))
        .isEqualTo(digest);
    // crane reads every layer as gzip.
    String depth = "--fast=" + compression.equals("zstd");
    tools.run("crane", "validate", depth, "--remote", image(compression));
    tools.run("crane", "pull", "--format=oci", image(compression), "pulled");
    expectComplete("pulled", "", digest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip"})
  void orasDiscoversAndFetchesTheState(String compression) throws Exception {
    Digest digest = pushed(compression);
    assertThat(
            tools
                .json(
                    "oras", "manifest", "fetch", "--plain-http", "--descriptor", image(compression))
                .string("digest"))
        .isEqualTo(digest.toString());

    List<JsonObject> referrers = tools.referrers(image(compression));
    assertThat(referrers).hasSize(1);
    assertThat(referrers.get(0).string("artifactType")).isEqualTo(PlanState.ARTIFACT_TYPE);
    String artifact = repository(compression) + "@" + referrers.get(0).string("digest");
    Manifest manifest =
        Manifest.parse(
            tools.run("oras", "manifest", "fetch", "--plain-http", artifact).getBytes(UTF_8), "");
    Descriptor state = manifest.layers().get(0);
    String blob = repository(compression) + "@" + state.digest();
    tools.run("oras", "blob", "fetch", "--plain-http", "--output", "state", blob);
    assertThat(Digest.of(Files.readAllBytes(directory.resolve("state")))).isEqualTo(state.digest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip"})
  void orasCopiesThePushedImageWithItsState(String compression) throws Exception {
    Digest digest = pushed(compression);
    String copy = registry.host() + "/copied/" + compression;
    String[] http = {"--from-plain-http", "--to-plain-http"};
    tools.run("oras", "copy", "-r", http[0], http[1], image(compression), copy + ":x");
    assertThat(tools.digest(copy + ":x")).isEqualTo(digest);
    Run run = new Cli(directory).run("plan", "export", "docker://" + copy + ":x");
    assertThat(run)
        .isEqualTo(new Cli(directory).run("plan", "export", "docker://" + image(compression)));
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).doesNotContain("rebuilding");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip"})
  void podmanPullsThePushedImage(String compression) throws Exception {
    Digest digest = pushed(compression);
    tools.inStorage("podman", "pull", "-q", "--tls-verify=false", image(compression));
    try {
      assertThat(
              tools.inStorage(
                  "podman", "image", "inspect", image(compression), "--format", "{{.Digest}}"))
          .isEqualTo(digest.toString());
    } finally {
      tools.inStorage("podman", "rmi", "--all", "--force");
    }
  }
}
