package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Tools;
import dev.varve.cli.session.SampleBuilds;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Publishes the sample's three images to distribution's registry on three days; each must be signed
 * before a tag points to it.
 */
@Tag("judge")
final class PublishJudgeTest {
  private static final Pattern UPLOAD =
      Pattern.compile(
          "\"PUT /v2/owner/os/blobs/uploads/\\S*digest=sha256%3A([0-9a-f]{64})\\S* HTTP/1.1\" 201");

  /** A successful PUT of a manifest or a blob. */
  private static final Pattern CHANGE =
      Pattern.compile("\"PUT /v2/owner/os/(manifests/\\S+|blobs/uploads/)\\S* HTTP/1.1\" 201");

  private static final List<String> DAYS = List.of("monday", "tuesday", "wednesday");

  @TempDir private Path directory;
  private RealRegistry registry;
  private Tools tools;
  private Cli cli;
  private String repository;

  @BeforeEach
  void start() throws IOException {
    tools = new Tools(directory, "skopeo", "cosign");
    registry = RealRegistry.startWithLogin();
    tools.login(registry);
    repository = registry.host() + "/owner/os";
    cli = new Cli(directory).with("COSIGN_PASSWORD", "s3cret");
    Run key = cli.run("generate-key-pair", "--output-key-prefix=DIR/os");
    assertThat(key.exitCode()).as(key.err()).isZero();
    try (InputStream sample = SampleBuilds.archive()) {
      Files.copy(Objects.requireNonNull(sample), directory.resolve("sample.tar"));
    }
  }

  @AfterEach
  void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  private JsonObject publish(int day) throws IOException {
    cli.at("2025-10-1" + day + "T03:00:00Z");
    Run run =
        cli.run(
            "publish",
            "-q",
            "oci-archive:DIR/sample.tar:" + DAYS.get(day),
            "docker://" + repository,
            "--tag=latest",
            "--verify",
            "--key=DIR/os.key",
            "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }

  /** Returns the number of blobs that were uploaded, by the registry's log. */
  private long uploads() throws IOException {
    return registry
        .log()
        .lines()
        .filter(line -> line.matches(".*\"PUT /v2/owner/os/blobs/uploads/.*\" 201 .*"))
        .count();
  }

  /** Returns the bytes of the blobs that were uploaded, by the registry's log. */
  private long uploadedBytes() throws IOException {
    return UPLOAD
        .matcher(registry.log())
        .results()
        .map(found -> found.group(1))
        .distinct()
        .mapToLong(registry::blobSize)
        .sum();
  }

  /** Returns the PUT requests in the registry's log from the offset {@code since} on. */
  private List<String> changes(int since) throws IOException {
    return CHANGE
        .matcher(registry.log().substring(since))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /** Asserts that the tags move last, after the manifest and its signature. */
  private static void assertTagsMoveLast(List<String> changes, String tag, Digest image) {
    List<String> last = changes.subList(changes.size() - 2, changes.size());
    assertThat(last).containsExactly("manifests/latest", "manifests/" + tag);
    assertThat(changes.subList(0, changes.size() - 2))
        .contains("manifests/" + image)
        .contains("manifests/sha256-" + image.hex() + ".sig")
        .noneMatch(each -> each.startsWith("manifests/40-") || each.equals("manifests/latest"));
  }

  private void cosignVerifies(String tag, Digest image) throws Exception {
    String output =
        tools.run(
            "cosign",
            "verify",
            "--key=os.pub",
            "--insecure-ignore-tlog",
            "--allow-http-registry",
            repository + ":" + tag);
    assertThat(output).contains(image.toString());
  }

  private JsonObject inspect(String tag) throws Exception {
    return tools.json(
        "skopeo", "inspect", "--tls-verify=false", "docker://" + repository + ":" + tag);
  }

  @Test
  void aSeriesIsPublished() throws Exception {
    String before = "";
    for (int day = 0; day < DAYS.size(); day++) {
      long uploadsBefore = uploads();
      long bytes = uploadedBytes();
      int logged = registry.log().length();
      JsonObject published = publish(day);
      assertThat(published.number("uploadedBytes")).isEqualTo(uploadedBytes() - bytes);
      String digest = published.string("digest");
      long layers = published.number("chunks") - published.number("reusedLayers");
      // In addition: config, state, the signature's config and payload; at first the states' empty
      // config.
      assertThat(uploads() - uploadsBefore).isEqualTo(layers + (day == 0 ? 5 : 4));
      assertThat(published.number("uploadedBlobs")).isEqualTo(uploads() - uploadsBefore);
      String tag = "40-2025101" + day;
      JsonObject inspected = inspect(tag);
      assertThat(inspected.string("Digest")).isEqualTo(digest);
      assertThat(inspect("latest").string("Digest")).isEqualTo(digest);
      Map<String, String> labels = inspected.stringMap("Labels");
      assertThat(labels).containsEntry("org.opencontainers.image.version", tag);
      assertThat(labels.getOrDefault("rechunk.prev-ref", "")).isEqualTo(before);
      assertTagsMoveLast(changes(logged), tag, Digest.parse(digest));
      cosignVerifies(tag, Digest.parse(digest));
      before = "docker://" + repository + "@" + Digest.parse(digest);
    }
    assertThat(inspect("latest").strings("RepoTags"))
        .contains("40-20251010", "40-20251011", "40-20251012", "latest");
  }

  @Test
  void publishingAgainUploadsNothing() throws IOException {
    publish(0);
    JsonObject first = publish(1);
    long uploadsBefore = uploads();
    JsonObject again = publish(1);
    assertThat(again.string("digest")).isEqualTo(first.string("digest"));
    assertThat(again.string("version")).isEqualTo("40-20251011");
    assertThat(uploads()).isEqualTo(uploadsBefore);
  }
}
