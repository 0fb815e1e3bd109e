package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Tools;
import dev.varve.cli.command.SigningJudgeBase.Cosign;
import dev.varve.cli.session.SampleBuilds;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import dev.varve.registry.RegistryProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests updates by deltas from registries: two days of the sample, signed in both forms. A proxy
 * counts the bytes, and the registry logs the requested blobs.
 */
@Tag("judge")
final class DeltaRegistryJudgeTest {
  private static final String CONTENT = "io.github.containers.delta.content";

  private static final Pattern BLOB_READ =
      Pattern.compile("GET /v2/os/blobs/(sha256:[0-9a-f]{64})");

  /** The most bytes of all headers and of the index of referrers. */
  private static final long OVERHEAD = 40_000;

  @TempDir private Path directory;
  private Cli cli;
  private Tools tools;

  @BeforeEach
  void setUp() {
    tools = new Tools(directory, "crane", "oras", Cosign.TWO.program(), Cosign.THREE.program());
    cli = new Cli(directory).with("COSIGN_PASSWORD", "pass word");
  }

  private Run varve(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  /** Pushes both days, each signed in both forms. */
  private void publish(String repository) throws IOException {
    new SampleBuilds(directory).unpack();
    varve("generate-key-pair", "--output-key-prefix", "DIR/cosign");
    String previous = "--fresh";
    for (String day : SampleBuilds.NAMES.subList(0, 2)) {
      String image = repository + ":" + day;
      varve(
          "rechunk", "-q", "oci-archive:DIR/sample.oci.tar:" + day, "docker://" + image, previous);
      varve("sign", "-q", "--key", "DIR/cosign.key", image);
      varve("sign", "-q", "--bundle", "--key", "DIR/cosign.key", image);
      previous = "--prev=docker://" + image;
    }
  }

  private Manifest manifest(String reference) throws Exception {
    return Manifest.parse(tools.run("crane", "manifest", reference).getBytes(UTF_8), reference);
  }

  /** Returns the digests of the blobs that the registry was asked for, sorted. */
  private static List<String> blobsRead(RealRegistry registry, int skipped) throws IOException {
    return BLOB_READ
        .matcher(registry.log())
        .results()
        .skip(skipped)
        .map(result -> result.group(1))
        .sorted()
        .toList();
  }

  /**
   * The content that an update needs.
   *
   * @param blobs the tar-diffs of the delta, the image's config, which is read twice, and all blobs
   *     of the image's other artifacts
   * @param manifests the total size of the manifests
   */
  private record Needed(List<Descriptor> blobs, long manifests) {
    List<String> digests() {
      return blobs.stream().map(blob -> blob.digest().toString()).sorted().toList();
    }

    long bytes() {
      return manifests + blobs.stream().mapToLong(Descriptor::size).sum();
    }
  }

  private Needed needed(String repository, String tag, String delta) throws Exception {
    Manifest image = manifest(repository + ":" + tag);
    Map<Digest, Descriptor> blobs = new HashMap<>();
    long manifests = image.descriptor().size();
    for (JsonObject referrer : tools.referrers(repository + ":" + tag)) {
      Manifest artifact = manifest(repository + "@" + referrer.string("digest"));
      manifests += artifact.descriptor().size();
      for (Descriptor blob : artifact.blobs()) {
        if (!referrer.string("digest").equals(delta)
            || blob.annotations().getOrDefault(CONTENT, "").equals("image-layer")) {
          blobs.put(blob.digest(), blob);
        }
      }
    }
    List<Descriptor> read = new ArrayList<>(List.of(image.config(), image.config()));
    read.addAll(blobs.values());
    return new Needed(read, manifests);
  }

  private JsonObject update(String host) throws IOException {
    return varve(
            "copy",
            "-q",
            "--json",
            "docker://" + host + "/os:tuesday",
            "oci-archive:DIR/update.tar:tuesday",
            "--from",
            "oci:DIR/client:monday")
        .json();
  }

  private void expectVerified(Cosign which, String image) throws Exception {
    List<String> line = new ArrayList<>(List.of(which.program(), "verify", "--key", "cosign.pub"));
    line.addAll(List.of("--insecure-ignore-tlog", "--allow-http-registry", image));
    assertThat(tools.run(line.toArray(String[]::new)))
        .contains(image.substring(image.indexOf('@') + 1));
  }

  @ParameterizedTest
  @EnumSource(RegistryProgram.class)
  void anUpdateTransfersTheDeltaAndKeepsTheSignatures(RegistryProgram program) throws Exception {
    try (RealRegistry registry = RealRegistry.start(program)) {
      String repository = registry.host() + "/os";
      publish(repository);
      varve("copy", "-q", "docker://" + repository + ":monday", "oci:DIR/client:monday");
      JsonObject delta = create(repository);
      Needed needed = needed(repository, "tuesday", delta.string("digest"));
      int before = blobsRead(registry, 0).size();
      JsonObject update;
      long passed;
      try (StallingProxy proxy = new StallingProxy(registry.host(), Long.MAX_VALUE)) {
        update = update(proxy.host());
        passed = proxy.passed();
      }

      Digest image = tools.digest(repository + ":tuesday");
      assertThat(update.string("digest")).isEqualTo(image.toString());
      assertThat(update.number("rebuiltBytes")).isEqualTo(delta.number("layerBytes"));
      assertThat(update.number("wholeBytes")).isZero();
      assertThat(blobsRead(registry, before)).isEqualTo(needed.digests());
      assertThat(passed).isBetween(needed.bytes(), needed.bytes() + OVERHEAD);

      expectVerified(Cosign.TWO, repository + "@" + image);
      expectVerified(Cosign.THREE, repository + "@" + image);
      String mirror = registry.host() + "/mirror";
      varve("copy", "-q", "oci-archive:DIR/update.tar:tuesday", "docker://" + mirror + ":x");
      expectVerified(Cosign.THREE, mirror + "@" + image);
      tools.run("crane", "validate", "--fast", "--remote", mirror + "@" + image);
    }
  }

  /** Makes the delta, and asserts that Varve and oras find it. */
  private JsonObject create(String repository) throws Exception {
    String next = repository + ":tuesday";
    List<String> line = new ArrayList<>(List.of("delta", "create", "-q", "--json"));
    line.addAll(List.of("docker://" + repository + ":monday", "docker://" + next));
    line.add("docker://" + repository);
    JsonObject delta = varve(line.toArray(String[]::new)).json();
    assertThat(varve("delta", "list", "--json", "docker://" + next).json().objects("deltas"))
        .containsExactly(delta);
    List<String> referrers = new ArrayList<>();
    for (JsonObject each : tools.referrers(next)) {
      referrers.add(each.string("digest"));
    }
    assertThat(referrers).contains(delta.string("digest"));
    return delta;
  }
}
