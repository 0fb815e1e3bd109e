package dev.varve.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.fake.Quirk;
import dev.varve.registry.fake.RecordedRequest;
import dev.varve.runner.VarveVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of commands with a registry. */
final class RegistryTest {
  /** The default pattern of varve prev-ref. */
  private static final String VERSIONS = "^[0-9]+-[0-9]{8}(\\.[0-9]{1,5})?$";

  @TempDir private Path directory;
  private FakeRegistry registry;
  private Cli cli;
  private String repository;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    repository = registry.host() + "/owner/os";
    cli = new Cli(directory).with("VARVE_PLAIN_HTTP", registry.host());
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  private Digest image(String tag) throws IOException {
    return Digest.of(registry.putImage("owner/os", tag, tag.getBytes(UTF_8)).toBytes());
  }

  private static Run done(String out, String... lines) {
    return new Run(0, out, String.join("\n", lines) + (lines.length == 0 ? "" : "\n"));
  }

  @Test
  void tagsAreListedInNaturalOrder() throws IOException {
    for (String tag : List.of("40-20251011.10", "latest", "40-20251011", "40-20251011.9")) {
      image(tag);
    }
    registry.tagPage(3);
    assertThat(cli.run("tags", "docker://" + repository))
        .isEqualTo(done("40-20251011\n40-20251011.9\n40-20251011.10\nlatest\n"));
    assertThat(cli.run("tags", repository, "--pattern", "[0-9]\\.").out())
        .isEqualTo("40-20251011.9\n40-20251011.10\n");
    JsonObject json = cli.run("tags", repository, "--pattern", "l", "--json").json();
    assertThat(json.string("repository")).isEqualTo(repository);
    assertThat(json.strings("tags")).containsExactly("latest");
  }

  @Test
  void aMissingRepositoryHasNoTags() {
    assertThat(cli.run("tags", repository))
        .isEqualTo(new Run(0, "", repository + " has no tags or does not exist\n"));
  }

  @Test
  void thePreviousReferenceIsPinnedToItsDigest() throws IOException {
    image("40-20251010");
    Digest newest = image("40-20251011");
    image("latest");
    assertThat(cli.run("prev-ref", repository))
        .isEqualTo(
            done(
                repository + "@" + newest + "\n",
                "the previous image: 40-20251011 is the newest tag that matches " + VERSIONS));
    JsonObject json = cli.run("prev-ref", repository, "--json").json();
    assertThat(json)
        .isEqualTo(
            JsonObject.EMPTY
                .with("tag", "40-20251011")
                .with("digest", newest.toString())
                .with("reference", repository + "@" + newest)
                .with("reason", "40-20251011 is the newest tag that matches " + VERSIONS));
  }

  @Test
  void onCurrentChoosesThePreviousImageOfARebuiltTag() throws IOException {
    Digest older = image("40-20251010");
    Digest newest = image("40-20251011");
    String[] line = {"prev-ref", repository, "-q", "--current", "40-20251011", "--on-current"};
    assertThat(onCurrent(line, "use").out()).isEqualTo(repository + "@" + newest + "\n");
    assertThat(onCurrent(line, "previous").out()).isEqualTo(repository + "@" + older + "\n");
    assertThat(onCurrent(line, "fresh")).isEqualTo(done(""));
  }

  private Run onCurrent(String[] line, String choice) {
    String[] arguments = Arrays.copyOf(line, line.length + 1);
    arguments[line.length] = choice;
    return cli.run(arguments);
  }

  @Test
  void aFirstBuildHasNoPreviousReference() throws IOException {
    assertThat(cli.run("prev-ref", repository))
        .isEqualTo(done("", "no previous image: the repository has no tags yet"));
    image("latest");
    assertThat(cli.run("prev-ref", repository))
        .isEqualTo(
            done(
                "",
                "no previous image: no tag matches "
                    + VERSIONS
                    + ", of 1 tag (--pattern REGEX chooses others)"));
  }

  @Test
  void theCurrentTagDecidesWhichTagsAreConsidered() throws IOException {
    for (String tag : List.of("latest", "41-20251011", "42-20251009", "stable-20251010")) {
      image(tag);
    }
    assertThat(chosen("--current", "41-20251012")).isEqualTo("41-20251011");
    assertThat(chosen("--current", "41-20251010")).isEqualTo("42-20251009");
    assertThat(chosen("--current", "41-20251008")).isEmpty();
    assertThat(chosen("--current", "43-20251012")).isEqualTo("42-20251009");
    assertThat(chosen("--current", "stable-20251012")).isEqualTo("stable-20251010");
    assertThat(chosen("--current", "testing-20251012")).isEmpty();
    assertThat(chosen("--current", "latest")).isEqualTo("42-20251009");
    assertThat(chosen()).isEqualTo("42-20251009");
  }

  private String chosen(String... options) throws IOException {
    List<String> line = new ArrayList<>(List.of("prev-ref", repository, "--json"));
    line.addAll(List.of(options));
    return cli.run(line.toArray(String[]::new)).json().string("tag");
  }

  @Test
  void aFailedListingIsNotAFirstBuild() throws IOException {
    image("40-20251011");
    registry.failAll("GET /v2/owner/os/tags/list", Fault.error(400, "UNSUPPORTED", "no lists"));
    Run failed = cli.run("prev-ref", repository);
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err())
        .startsWith("varve: listing the tags of " + repository + ": ")
        .contains("no lists")
        .endsWith("; --on-error warn continues without a previous image\n");
    Run warned = cli.run("prev-ref", repository, "--on-error", "warn");
    assertThat(warned.exitCode()).isZero();
    assertThat(warned.out()).isEmpty();
    assertThat(warned.lines()).hasSize(3);
    assertThat(warned.lines().get(0))
        .startsWith("WARNING: listing the tags of " + repository + ": ");
    assertThat(warned.lines().subList(1, 3))
        .containsExactly(
            "WARNING: continuing without a previous image: clients will download the whole image",
            "no previous image: the registry could not be asked");
  }

  @Test
  void freshSendsNoRequest() {
    cli.run("prev-ref", repository, "--fresh");
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void aVersionTagIsUniqueInItsRepository() throws IOException {
    String[] line = {"version-tag", "--unique", "--repo", repository};
    assertThat(cli.run(line)).isEqualTo(done("40-20251011\n"));
    image("40-20251011");
    assertThat(cli.run(line)).isEqualTo(done("40-20251011.1\n"));
    image("40-20251011.1");
    assertThat(cli.run(line)).isEqualTo(done("40-20251011.2\n"));
  }

  @Test
  void aLoginIsTakenFromOptionsVariablesAndFiles() throws IOException {
    image("40");
    registry.access().bearer("me", "s3cret");
    Run nobody = cli.run("tags", repository);
    assertThat(nobody.exitCode()).isEqualTo(3);
    assertThat(nobody.lines()).hasSize(1);
    assertThat(cli.run("tags", repository, "--creds", "me:s3cret")).isEqualTo(done("40\n"));
    Run wrong = cli.run("tags", repository, "--creds", "me:hunter2");
    assertThat(wrong.exitCode()).isEqualTo(3);
    assertThat(wrong.err()).contains("user me from --creds").doesNotContain("hunter2");
    cli.run("login", registry.host(), "-u", "me", "-p", "s3cret", "--authfile", "DIR/a.json");
    assertThat(cli.run("tags", repository, "--authfile", "DIR/a.json")).isEqualTo(done("40\n"));
    cli.with("VARVE_USERNAME", "me").with("VARVE_PASSWORD", "s3cret");
    assertThat(cli.run("tags", repository)).isEqualTo(done("40\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--debug", "VARVE_DEBUG"})
  void requestsAreLoggedWithoutSecretsOnRequest(String setting) throws IOException {
    image("40");
    registry.access().bearer("me", "PlantedPassword");
    List<String> line = new ArrayList<>(List.of("tags", repository, "--creds"));
    line.add("me:PlantedPassword");
    assertThat(cli.run(line.toArray(String[]::new)).err()).isEmpty();
    if (setting.startsWith("--")) {
      line.add(setting);
    } else {
      cli.with(setting, "http");
    }
    Run run = cli.run(line.toArray(String[]::new));
    assertThat(run.out()).isEqualTo("40\n");
    assertThat(run.err().replace(registry.url(), "URL").replaceAll("\\d+ ms", "T ms").lines())
        .containsExactly(
            "http: GET URL/v2/owner/os/tags/list?n=1000 401, sent 0 bytes, received 72 bytes, T ms,"
                + " attempt 1",
            "http: GET URL/token?service=fake-registry&scope=repository%3Aowner%2Fos%3Apull 200,"
                + " sent 0 bytes, received 129 bytes, T ms, attempt 1",
            "http: GET URL/v2/owner/os/tags/list?n=1000 200, sent 0 bytes, received 33 bytes, T ms,"
                + " attempt 1");
    assertThat(run.err()).doesNotContain("Planted", "Bearer", "Basic");
  }

  @Test
  void anImageIsRechunkedIntoARegistryAndReadFromThere() throws IOException {
    new Sample().file("a", "1").file("b", "2").writeTo(directory.resolve("os"), "1");
    String first = "docker://" + repository + ":40-20251010";
    Run run = cli.run("rechunk", "-q", "oci:DIR/os:1", first, "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .startsWith(
            "note: planning without a previous image: --prev names none, and docker://"
                + repository
                + " has no image tagged 40-20251010 yet\n");
    assertThat(registry.tags("owner/os")).contains("40-20251010");
    assertThat(cli.run("verify-content", "-q", "oci:DIR/os:1", first).exitCode()).isZero();
    assertThat(cli.run("inspect", first, "--json").json().string("digest"))
        .isEqualTo(run.json().string("digest"));
    assertThat(cli.run("plan", "show", first).exitCode()).isZero();
    assertThat(cli.run("plan", "export", first).json().has("layers")).isTrue();
  }

  @Test
  void existingBlobsAreNotUploadedAgain() throws IOException {
    new Sample().file("usr/bin/a", "1").file("etc/b", "2").writeTo(directory.resolve("os"), "1");
    new Sample().file("usr/bin/a", "1").file("etc/b", "3").writeTo(directory.resolve("os"), "2");
    String first = "docker://" + repository + ":40-20251010";
    String second = "docker://" + repository + ":40-20251011";
    assertThat(cli.run("rechunk", "-q", "oci:DIR/os:1", first).exitCode()).isZero();
    String previous = cli.run("prev-ref", "-q", repository).out().strip();
    registry.clearRequests();
    Run run = cli.run("rechunk", "-q", "oci:DIR/os:2", second, "--prev", "docker://" + previous);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("previous  docker://" + previous + "\n");
    assertThat(cli.run("verify-content", "-q", "oci:DIR/os:2", second).exitCode()).isZero();
    Run diff = cli.run("diff", first, second, "--json");
    JsonObject step = diff.json().objects("steps").get(0);
    assertThat(step.objects("downloads")).hasSize(1);
    // the changed layer, the config and the state
    assertThat(registry.requests("POST /v2/owner/os/blobs/uploads/.*")).hasSize(3);
    List<String> kept = layers("40-20251010");
    kept.retainAll(layers("40-20251011"));
    assertThat(kept).isNotEmpty();
    for (String layer : kept) {
      assertThat(registry.requests("HEAD /v2/owner/os/blobs/" + layer)).isEmpty();
    }
  }

  private List<String> layers(String tag) throws IOException {
    byte[] manifest = registry.manifest("owner/os", tag).orElseThrow();
    List<String> digests = new ArrayList<>();
    for (JsonObject layer : JsonObject.parse(manifest, tag).objects("layers")) {
      digests.add(layer.string("digest"));
    }
    return digests;
  }

  @Test
  void uploadsInTheBackgroundAreReportedBeforeTheImageIsPublished() throws IOException {
    registry.quirk(Quirk.NO_MOUNTS);
    image("40");
    String copy = "docker://" + registry.host() + "/other/os:40";
    Run run = cli.run("copy", "docker://" + repository + ":40", copy);
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> activities =
        run.lines().stream().filter(line -> !line.isEmpty() && !line.startsWith(" ")).toList();
    assertThat(activities.get(0)).startsWith("copying 2 blobs from docker://" + repository);
    assertThat(activities).contains("publishing " + copy);
    assertThat(activities.subList(activities.indexOf("publishing " + copy), activities.size()))
        .noneMatch(line -> line.startsWith("uploading"));
  }

  @Test
  void theImageAtTheDestinationIsThePreviousImage() throws IOException {
    new Sample().file("a", "1").file("b", "2").writeTo(directory.resolve("os"), "1");
    String destination = "docker://" + repository + ":stable";
    Run first = cli.run("rechunk", "-q", "oci:DIR/os:1", destination, "--json");
    new Sample().file("a", "1").file("b", "3").writeTo(directory.resolve("os"), "2");
    Run run = cli.run("rechunk", "-q", "oci:DIR/os:2", destination, "--json");
    assertThat(run.err())
        .startsWith(
            "note: the previous image is the one at "
                + destination
                + " now (--prev names another, --fresh plans without one)\n");
    assertThat(run.json().string("prevRef")).endsWith("@" + first.json().string("digest"));
  }

  @Test
  void aMissingTagIsReportedWithTheExistingTags() throws IOException {
    image("40");
    Run run = cli.run("inspect", "docker://" + repository + ":41");
    assertThat(run)
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: opening docker://"
                    + repository
                    + ":41: "
                    + repository
                    + " has no tag 41; its last tags are 40\n"));
  }

  @Test
  void requestsNameTheUserAgent() {
    cli.run("tags", repository);
    RecordedRequest request = registry.requests().get(0);
    assertThat(request.headers()).containsEntry("User-Agent", "varve/" + VarveVersion.get());
  }
}
