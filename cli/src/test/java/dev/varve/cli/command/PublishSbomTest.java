package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.OciLayout;
import dev.varve.registry.fake.Quirk;
import dev.varve.registry.fake.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of {@code varve publish --sbom} and {@code varve sbom}. */
final class PublishSbomTest extends PublishTestBase {
  private static final String SPDX = "application/spdx+json";
  private static final String STATUS =
      """
      Package: bash
      Status: install ok installed
      Maintainer: Matthias Klose <doko@debian.org>
      Architecture: amd64
      Version: 5.2.15-2

      Package: tar
      Status: install ok installed
      Architecture: amd64
      Version: 1:1.34-1

      Package: gone
      Status: deinstall ok config-files
      Architecture: amd64
      Version: 1
      """;

  @BeforeEach
  void writeBuilds() throws IOException {
    cli.with("COSIGN_PASSWORD", "s3cret");
    assertThat(cli.run("generate-key-pair", "--output-key-prefix", "DIR/main").exitCode()).isZero();
    for (String tag : List.of("monday", "tuesday")) {
      new Sample()
          .file("opt/a", "always the same")
          .file("usr/lib/os-release", "ID=debian\nVERSION_ID=12\n")
          .file("var/lib/dpkg/status", STATUS)
          .file("usr/c", tag)
          .writeTo(directory.resolve("os"), tag);
    }
  }

  private Run succeeding(Run run) {
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private Manifest sbom(Run run) throws IOException {
    return manifest(run.json().object("sbom").string("digest"));
  }

  private List<String> types(Digest image, String layout) throws IOException {
    try (ImageSource source =
        OciLayout.open(directory.resolve(layout), "", PlatformChoice.any(), layout)) {
      assertThat(source.descriptor().digest()).isEqualTo(image);
      return source.referrers(source.descriptor(), type -> true).stream()
          .map(Manifest::effectiveArtifactType)
          .sorted()
          .toList();
    }
  }

  @Test
  void theAttachedDocumentIsTheOneThatTheCommandPrints() throws IOException {
    Run run = succeeding(publish("monday", "--sbom", "--json"));
    String digest = run.json().string("digest");
    Manifest artifact = sbom(run);
    assertThat(artifact.effectiveArtifactType()).isEqualTo(SPDX);
    assertThat(artifact.subject().orElseThrow().digest()).hasToString(digest);
    assertThat(artifact.layers().get(0).annotations())
        .containsEntry("org.opencontainers.image.title", "os.spdx.json");
    assertThat(run.json().object("sbom").number("packages")).isEqualTo(2);
    assertThat(run.err())
        .contains("\n  SBOM       SPDX, 2 packages, " + artifact.descriptor().digest() + "\n");

    byte[] attached = registry.blob(artifact.layers().get(0).digest()).orElseThrow();
    registry.clearRequests();
    Run printed = succeeding(cli.run("sbom", "-q", "docker://" + repository + ":40-20251010"));
    assertThat(printed.out()).isEqualTo(new String(attached, UTF_8));
    assertThat(printed.out()).contains("pkg:deb/debian/tar@1%3A1.34-1?arch=amd64&distro=debian-12");
    assertThat(layersRead()).isEqualTo(2);
  }

  /** Returns the number of layers that were read of an image with four. */
  private long layersRead() throws IOException {
    Manifest image = manifest("40-20251010");
    List<RecordedRequest> requests = registry.requests("GET " + V2 + "blobs/.*");
    return image.layers().stream()
        .filter(
            layer ->
                requests.stream()
                    .anyMatch(request -> request.toString().contains(layer.digest().hex())))
        .count();
  }

  /** The jar leaves out the texts of licenses, and these tests run on the jar. */
  @Test
  void licensesAreExpressionsWhereTheyCanBe() throws IOException {
    String installed =
        """
        P:listed
        V:1-r0
        L:GPL-2.0-only WITH Linux-syscall-note

        P:words
        V:1-r0
        L:GPLv2+ and MIT
        """;
    new Sample().file("lib/apk/db/installed", installed).writeTo(directory.resolve("os"), "apk");
    JsonObject spdx = succeeding(cli.run("sbom", "-q", "oci:DIR/os:apk")).json();
    assertThat(spdx.objects("packages"))
        .extracting(each -> each.string("licenseDeclared"))
        .startsWith("GPL-2.0-only WITH Linux-syscall-note")
        .anyMatch(license -> license.matches("LicenseRef-[0-9a-f]{16}"));
    JsonObject cycloneDx =
        succeeding(cli.run("sbom", "-q", "oci:DIR/os:apk", "--format", "cyclonedx")).json();
    List<JsonObject> components = cycloneDx.objects("components");
    assertThat(components.get(0).objects("licenses").get(0).string("expression"))
        .isEqualTo("GPL-2.0-only WITH Linux-syscall-note");
    assertThat(components.get(1).objects("licenses").get(0).object("license").string("name"))
        .isEqualTo("GPLv2+ and MIT");
  }

  @Test
  void hostileLicensesAreTexts() throws IOException {
    String deep = "(".repeat(3000) + "MIT" + ")".repeat(3000);
    String installed =
        "P:deep\nV:1-r0\nL:" + deep + "\n\nP:old\nV:1-r0\nL:GPL-2.0+\n\nP:later\nV:1-r0\nL:Zlib+\n";
    new Sample().file("lib/apk/db/installed", installed).writeTo(directory.resolve("os"), "apk");
    assertThat(succeeding(cli.run("sbom", "-q", "oci:DIR/os:apk")).json().objects("packages"))
        .extracting(each -> each.string("licenseDeclared"))
        .contains("GPL-2.0+", "Zlib+")
        .anyMatch(license -> license.matches("LicenseRef-[0-9a-f]{16}"));
  }

  @Test
  void anImageWithoutPackagesIsReported() throws IOException {
    new Sample().file("opt/a", "always the same").writeTo(directory.resolve("os"), "none");
    Run run = succeeding(cli.run("publish", "--sbom", "oci:DIR/os:none", "docker://" + repository));
    assertThat(run.err())
        .contains(
            "the SBOM lists no packages: the image has no package in a database of RPM, dpkg,"
                + " pacman or apk\n");
    assertThat(succeeding(publish("monday", "--sbom")).err()).doesNotContain("lists no packages");
  }

  @Test
  void theAdviceForADamagedDatabaseSuitsTheCommand() throws IOException {
    new Sample().file("usr/share/rpm/rpmdb.sqlite", "").writeTo(directory.resolve("os"), "bad");
    String without = "`rpmdb --rebuilddb` to repair it";
    assertThat(publish("bad", "--sbom").err())
        .endsWith(without + "; --no-packages without --sbom continues without it\n");
    assertThat(publish("bad").err()).endsWith(without + "; --no-packages continues without it\n");
    assertThat(cli.run("sbom", "oci:DIR/os:bad").err()).endsWith(without + "\n");
  }

  @Test
  void aFailureToWriteNamesTheFile() throws IOException {
    Files.writeString(directory.resolve("file"), "");
    Files.createDirectory(directory.resolve("folder"));
    Map<String, String> reasons =
        Map.of(
            "DIR/none/os.json", "there is no DIR/none",
            "DIR/file/os.json", "not a directory",
            "DIR/folder", "it is a directory");
    reasons.forEach(
        (file, reason) ->
            assertThat(cli.run("sbom", "-q", "oci:DIR/os:monday", "-o", file))
                .isEqualTo(new Run(1, "", "varve: writing " + file + ": " + reason + "\n")));
    assertThat(cli.run("sbom", "-q", "oci:DIR/os:monday", "-o", "/dev/full"))
        .extracting(Run::exitCode, Run::err)
        .containsExactly(
            7,
            "varve: writing /dev/full: no space left on device; free some space, or write to"
                + " another place\n");
  }

  @Test
  void aDashIsTheStandardOutput() {
    Run printed = succeeding(cli.run("sbom", "oci:DIR/os:monday"));
    assertThat(succeeding(cli.run("sbom", "oci:DIR/os:monday", "-o", "-")).out())
        .isEqualTo(printed.out());
    assertThat(Path.of("-")).doesNotExist();
  }

  @Test
  void theDateOfADirectoryIsThatOfItsFiles() throws IOException {
    Path root = Files.createDirectories(directory.resolve("root"));
    Files.writeString(Files.createDirectories(root.resolve("etc")).resolve("motd"), "hello");
    Files.setLastModifiedTime(root, FileTime.from(Instant.parse("2024-05-06T07:08:09Z")));
    Run first = succeeding(cli.run("sbom", "-q", "rootfs:DIR/root"));
    assertThat(first.json().object("creationInfo").string("created"))
        .isEqualTo("2024-05-06T07:08:09Z");
    assertThat(cli.run("sbom", "-q", "rootfs:DIR/root")).isEqualTo(first);
    cli.with("SOURCE_DATE_EPOCH", "1735689600");
    Run given = succeeding(cli.run("sbom", "-q", "rootfs:DIR/root"));
    assertThat(given.json().object("creationInfo").string("created"))
        .isEqualTo("2025-01-01T00:00:00Z");
  }

  @Test
  void itIsSignedBeforeTheTagsMove() throws IOException {
    Run run =
        succeeding(
            publish(
                "monday",
                "--sbom=cyclonedx",
                "--json",
                "--tag",
                "latest",
                "--key",
                "DIR/main.key"));
    Manifest artifact = sbom(run);
    assertThat(artifact.effectiveArtifactType()).isEqualTo("application/vnd.cyclonedx+json");
    Digest digest = artifact.descriptor().digest();
    assertThat(
            cli.run("verify", "-q", repository + "@" + digest, "--key", "DIR/main.pub").exitCode())
        .isZero();
    List<String> requests = registry.requests().stream().map(RecordedRequest::toString).toList();
    int signed = indexOf(requests, "PUT " + V2 + "manifests/sha256-" + digest.hex() + ".sig");
    assertThat(signed)
        .isGreaterThan(indexOf(requests, "PUT " + V2 + "manifests/" + digest))
        .isLessThan(indexOf(requests, "PUT " + V2 + "manifests/latest"));
    assertThat(indexOf(requests, "PUT " + V2 + "manifests/" + digest))
        .isGreaterThan(
            indexOf(
                requests,
                "PUT "
                    + V2
                    + "manifests/sha256-"
                    + Digest.parse(run.json().string("digest")).hex()
                    + ".sig"));
    assertThat(run.json().string("signature")).matches("by the key [0-9a-f]{12}");
  }

  private static int indexOf(List<String> requests, String start) {
    for (int i = 0; i < requests.size(); i++) {
      if (requests.get(i).startsWith(start)) {
        return i;
      }
    }
    throw new AssertionError("expected " + start + " in " + requests);
  }

  @Test
  void theSameSourceGetsNoSecondOne() throws IOException {
    registry.quirk(Quirk.NO_REFERRERS);
    Run first = succeeding(publish("monday", "--sbom", "--json", "--key", "DIR/main.key"));
    List<Digest> manifests = registry.manifests(NAME);
    Run again = succeeding(publish("monday", "--sbom", "--json", "--key", "DIR/main.key"));
    assertThat(sbom(again)).isEqualTo(sbom(first));
    assertThat(registry.manifests(NAME)).containsExactlyInAnyOrderElementsOf(manifests);
    String tag = "sha256-" + Digest.parse(first.json().string("digest")).hex();
    assertThat(new String(registry.manifest(NAME, tag).orElseThrow(), UTF_8))
        .containsOnlyOnce(SPDX);
  }

  @Test
  void aDryRunAttachesNothing() throws IOException {
    Run run = succeeding(publish("monday", "--sbom", "--dry-run", "--json"));
    assertThat(run.json().names()).doesNotContain("sbom");
    assertThat(registry.manifests(NAME)).isEmpty();
  }

  @Test
  void withoutPackagesThereIsNone() {
    Run run = publish("monday", "--sbom", "--no-packages");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("varve: --sbom and --no-packages contradict each other");
  }

  @Test
  void aSourceMayFollowTheOption() throws IOException {
    String to = "docker://" + repository;
    Run run = succeeding(cli.run("publish", "-q", "--json", "--sbom", "oci:DIR/os:monday", to));
    assertThat(run.json().object("sbom").string("format")).isEqualTo("spdx");
    run =
        succeeding(
            cli.run("publish", "-q", "--json", "--sbom", "cyclonedx", "oci:DIR/os:monday", to));
    assertThat(run.json().object("sbom").string("format")).isEqualTo("cyclonedx");
    assertThat(cli.run("publish", "--sbom=x", "oci:DIR/os:monday", to).exitCode()).isEqualTo(2);
  }

  @Test
  void copiesTakeItAlongWithItsSignatures() throws IOException {
    Run run =
        succeeding(publish("monday", "--sbom", "--json", "--key", "DIR/main.key", "--bundle"));
    Digest image = Digest.parse(run.json().string("digest"));
    Digest artifact = sbom(run).descriptor().digest();
    String from = "docker://" + repository + "@" + image;
    String mirror = registry.host() + "/mirror/os";

    succeeding(cli.run("copy", "-q", from, "docker://" + mirror + ":latest"));
    Run verified =
        succeeding(cli.run("verify", "-q", mirror + "@" + artifact, "--key", "DIR/main.pub"));
    assertThat(verified.report()).hasSize(3).last().isEqualTo("  bundle");
    succeeding(cli.run("verify", "-q", mirror + "@" + image, "--key", "DIR/main.pub"));

    succeeding(cli.run("copy", "-q", from, "oci:DIR/layout"));
    assertThat(types(image, "layout"))
        .containsExactly(
            SPDX,
            "application/vnd.dev.sigstore.bundle.v0.3+json",
            "application/vnd.varve.state.v1");
    succeeding(
        cli.run("copy", "-q", "oci:DIR/layout", "docker://" + registry.host() + "/back/os:a"));
    assertThat(
            succeeding(
                    cli.run(
                        "verify",
                        "-q",
                        registry.host() + "/back/os@" + artifact,
                        "--key",
                        "DIR/main.pub"))
                .report())
        .last()
        .isEqualTo("  bundle");
  }

  @Test
  void pruningKeepsItWithALiveImage() throws IOException {
    Digest monday = published("monday", "--sbom");
    day(11);
    Digest tuesday = published("tuesday", "--sbom");
    for (Digest each : List.of(monday, tuesday)) {
      succeeding(cli.run("copy", "-q", "docker://" + repository + "@" + each, "oci:DIR/layout"));
    }
    assertThat(cli.run("prune", "oci:DIR/layout").out()).startsWith("removed ");
    assertThat(types(tuesday, "layout")).contains(SPDX);
    Run run = succeeding(cli.run("prune", "oci:DIR/layout", "--json"));
    assertThat(run.json().number("blobs")).isZero();
    JsonObject state = cli.run("plan", "export", "-q", "oci:DIR/layout").json();
    assertThat(state.object("packages").string("bash")).isEqualTo("5.2.15-2");
  }
}
