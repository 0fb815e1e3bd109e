package dev.varve.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.fake.Quirk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that refusals and malformed responses of registries are one line, with the right exit code.
 */
final class BadRegistryTest {
  private static final String TAG = "GET /v2/owner/os/manifests/40";

  @TempDir private Path directory;
  private FakeRegistry registry;
  private String repository;
  private Manifest image;
  private Cli cli;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    repository = registry.host() + "/owner/os";
    image = registry.putImage("owner/os", "40", "layer".getBytes(UTF_8));
    cli = new Cli(directory);
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  private void fails(int exitCode, String message, String... args) throws IOException {
    assertThat(cli.run(args)).isEqualTo(new Run(exitCode, "", "varve: " + message + "\n"));
    assertThat(directory.resolve("out/index.json")).doesNotExist();
    assertThat(cli.scratch()).isEmpty();
  }

  private void copyFails(int exitCode, String message) throws IOException {
    fails(exitCode, message, "copy", "-q", "docker://" + repository + ":40", "oci:DIR/out");
  }

  @Test
  void aManifestOfMoreThanFourMebibytesIsRefused() throws IOException {
    byte[] large = new byte[Manifest.MAX_BYTES + 1];
    registry.putManifest("owner/os", "40", MediaTypes.OCI_MANIFEST, large);
    Run run = cli.run("inspect", "docker://" + repository + ":40");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines()).hasSize(1);
    assertThat(run.err())
        .startsWith("varve: reading tag 40 of " + repository + ": ")
        .contains(Integer.toString(Manifest.MAX_BYTES));
  }

  @Test
  void aManifestOfAnUnknownTypeIsRefused() throws IOException {
    byte[] odd = "{\"mediaType\":\"application/x+json\"}".getBytes(UTF_8);
    registry.putManifest("owner/os", "40", MediaTypes.OCI_MANIFEST, odd);
    copyFails(
        1,
        "reading tag 40 of "
            + repository
            + ": expected an image manifest or an index, got application/x+json");
    registry.putManifest("owner/os", "40", "application/x+json", odd);
    copyFails(
        1,
        "opening docker://"
            + repository
            + ":40: "
            + repository
            + " lists tag 40, but serves no image or index for it");
    registry.putManifest("owner/os", "40", MediaTypes.OCI_MANIFEST, "<html>".getBytes(UTF_8));
    Run run = cli.run("inspect", "docker://" + repository + ":40");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines()).hasSize(1);
  }

  @Test
  void aManifestOfAnotherDigestIsCorrupt() throws IOException {
    String other = "sha256:" + "ab".repeat(32);
    registry.failAll(TAG, Fault.wrongHeader("Docker-Content-Digest", other));
    copyFails(
        5,
        "reading tag 40 of "
            + repository
            + ": expected "
            + other
            + ", got bytes of "
            + image.descriptor().digest());
  }

  @Test
  void aBlobOfAnotherDigestOrLengthIsCorrupt() throws IOException {
    Descriptor layer = image.layers().get(0);
    String blob = "GET /v2/owner/os/blobs/" + layer.digest();
    registry.failAll(blob, Fault.wrongBytes());
    Run run = cli.run("copy", "-q", "docker://" + repository + ":40", "oci:DIR/out");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
    assertThat(run.lines()).hasSize(1);
    assertThat(run.err()).contains(layer.digest().toString());
    registry.clearFaults();
    registry.failAll(blob, Fault.wrongLength(1));
    Run longer = cli.run("copy", "-q", "docker://" + repository + ":40", "oci:DIR/out");
    assertThat(longer.exitCode()).as(longer.err()).isEqualTo(5);
    assertThat(longer.lines()).hasSize(1);
    assertThat(directory.resolve("out/index.json")).doesNotExist();
  }

  @Test
  void endlessPagesAreRefused() throws IOException {
    String same = "</v2/owner/os/tags/list?n=1>; rel=\"next\"";
    registry.failAll("GET /v2/owner/os/tags/list", Fault.wrongHeader("Link", same));
    fails(
        1,
        "listing the tags of " + repository + ": the pages never end: after 1 there is another",
        "tags",
        repository);
  }

  @Test
  void aMissingTagListIsReportedWithRemedies() throws IOException {
    registry.failAll("GET /v2/owner/os/tags/list", Fault.status(404, "nothing here"));
    fails(
        1,
        "listing the tags of "
            + repository
            + ": not found (404: nothing here); on a first build, use --fresh, or"
            + " --on-error warn to continue",
        "prev-ref",
        repository);
  }

  @Test
  void anIncompleteTagListIsReportedWithARemedy() throws IOException {
    registry.putImage("owner/os", "41", "layer".getBytes(UTF_8));
    registry.tagPage(1).quirk(Quirk.LOSES_LATER_TAG_PAGES);
    fails(
        1,
        "listing the tags of "
            + repository
            + " after \"40\": not found (404: NAME_UNKNOWN repository name not known to registry:"
            + " owner/os); --on-error warn continues without a previous image",
        "prev-ref",
        repository);
  }

  @Test
  void aRefusalNamesTheLoginAndItsOrigin() throws IOException {
    registry.access().basic("me", "s3cret").only("owner/os:pull");
    cli.run("login", registry.host(), "-u", "me", "-p", "s3cret");
    assertThat(cli.run("tags", repository).exitCode()).isZero();
    new Sample().file("a", "1").writeTo(directory.resolve("os"), "1");
    Run run = cli.run("copy", "-q", "oci:DIR/os:1", "docker://" + repository + ":41");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.lines()).hasSize(1);
    assertThat(run.err())
        .contains("forbidden (403: DENIED requested access to the resource is denied)")
        .endsWith(
            "; the login was user me from DIR/containers/auth.json (key "
                + registry.host()
                + "), which may lack the right to do this\n")
        .doesNotContain("s3cret");
    assertThat(registry.tags("owner/os")).containsExactly("40");
  }

  @Test
  void aMalformedOrMissingAuthFileIsNamed() throws IOException {
    registry.access().basic("me", "s3cret");
    Files.writeString(directory.resolve("bad.json"), "{\"auths\": \"s3cret\"");
    fails(
        1,
        "reading the auth file DIR/bad.json: expected a JSON object",
        "tags",
        repository,
        "--authfile",
        "DIR/bad.json");
    fails(
        1,
        "reading the auth file DIR/none.json: there is no such file",
        "tags",
        repository,
        "--authfile",
        "DIR/none.json");
  }

  @Test
  void anUnknownHostAndAMissingCertificateDirectoryAreReported() throws IOException {
    Run run = cli.run("inspect", "-q", "docker://nowhere.invalid/owner/os");
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.lines().get(run.lines().size() - 1))
        .isEqualTo(
            "varve: reading tag latest of nowhere.invalid/owner/os: no connection"
                + " (nowhere.invalid: no such host); gave up after 3 tries");
    fails(
        1,
        "listing the certificates in DIR/none: there is no DIR/none",
        "tags",
        repository,
        "--cert-dir",
        "DIR/none");
  }

  @Test
  void anUnreadablePreviousImageFailsTheRun() throws IOException {
    new Sample().file("a", "1").writeTo(directory.resolve("os"), "1");
    registry.failAll(
        "(HEAD|GET) /v2/owner/os/manifests/40", Fault.error(400, "UNSUPPORTED", "not today"));
    for (List<String> previous :
        List.of(List.<String>of(), List.of("--prev", "docker://" + repository + ":40"))) {
      List<String> line =
          new ArrayList<>(
              List.of("rechunk", "-q", "oci:DIR/os:1", "docker://" + repository + ":40"));
      line.addAll(previous);
      Run run = cli.run(line.toArray(String[]::new));
      assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
      assertThat(run.lines()).hasSize(1);
    }
    assertThat(registry.requests("(POST|PUT|PATCH) .*")).isEmpty();
  }

  @Test
  void aRefusedUploadMovesNoTag() throws IOException {
    new Sample().file("a", "1").file("b", "2").writeTo(directory.resolve("os"), "1");
    registry.failLater(
        "POST /v2/owner/os/blobs/uploads/.*", 2, Fault.error(400, "UNSUPPORTED", "full"));
    Run run = cli.run("rechunk", "-q", "oci:DIR/os:1", "docker://" + repository + ":40", "--fresh");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.err()).contains("full");
    assertThat(registry.manifest("owner/os", "40")).contains(image.toBytes());
    assertThat(registry.requests("PUT /v2/owner/os/manifests/.*")).isEmpty();
    assertThat(cli.scratch()).isEmpty();
  }
}
