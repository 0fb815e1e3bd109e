package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.fake.Quirk;
import dev.varve.registry.fake.RecordedRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests of {@code varve index create}. */
final class IndexCreateCommandTest extends IndexTestBase {
  @Test
  void imagesPushedByDigestGetOneTagWithoutCopyingBlobs() throws IOException {
    registry.quirk(Quirk.NO_REFERRERS); // as on GHCR
    Descriptor arm = image("owner/os", "linux/arm64/v8");
    Descriptor amd = image("owner/os", "linux/amd64");
    registry.clearRequests();
    Run run =
        cli.run(
            "index",
            "create",
            "-q",
            repository + ":40",
            repository + "@" + arm.digest(),
            repository + "@" + amd.digest(),
            "--tag",
            "latest",
            "--annotation",
            "org.opencontainers.image.version=40",
            "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    ImageIndex index = index("owner/os", "40");
    assertThat(index.manifests())
        .containsExactly(listed(arm, "linux/arm64/v8"), listed(amd, "linux/amd64"));
    assertThat(index.annotations())
        .containsExactly(Map.entry("org.opencontainers.image.version", "40"));
    assertThat(run.json().string("digest"))
        .isEqualTo(Descriptor.of(MediaTypes.OCI_INDEX, index.toBytes()).digest().toString());
    assertThat(run.json().string("mediaType")).isEqualTo(MediaTypes.OCI_INDEX);
    assertThat(run.json().number("readBlobs")).isZero();
    assertThat(registry.tags("owner/os")).containsExactly("40", "latest");
    assertThat(index("owner/os", "latest").toBytes()).isEqualTo(index.toBytes());
    // Varve reads the configs for their platforms. No blob is mounted or uploaded. Without an
    // upload, it is unknown whether the registry vouches for blobs: Varve checks each.
    assertThat(registry.requests("(POST|PUT|PATCH) /v2/owner/os/blobs/.*")).isEmpty();
    assertThat(registry.requests("HEAD /v2/owner/os/blobs/.*")).hasSize(4);
    assertThat(registry.requests("GET /v2/owner/os/blobs/.*"))
        .extracting(RecordedRequest::line)
        .containsExactlyInAnyOrder(
            "GET /v2/owner/os/blobs/" + config("owner/os", arm),
            "GET /v2/owner/os/blobs/" + config("owner/os", amd));
    assertThat(registry.requests("GET /v2/owner/os/manifests/sha256:.*")).hasSize(2);
    assertThat(registry.requests("PUT .*"))
        .extracting(request -> request.path().replaceFirst(".*/", ""))
        .containsExactly(
            arm.digest().toString(),
            amd.digest().toString(),
            run.json().string("digest"),
            "40",
            "latest");
  }

  private String config(String path, Descriptor image) throws IOException {
    byte[] bytes = registry.manifest(path, image.digest().toString()).orElseThrow();
    return Manifest.parse(bytes, "manifest").config().digest().toString();
  }

  @Test
  void theSameSourcesGiveTheSameBytes() throws IOException {
    String arm = repository + "@" + image("owner/os", "linux/arm64").digest();
    String amd = repository + "@" + image("owner/os", "linux/amd64").digest();
    for (String name : List.of("a", "b")) {
      assertThat(cli.run("index", "create", "-q", "oci:DIR/" + name, arm, amd).exitCode()).isZero();
    }
    String first = cli.run("index", "show", "oci:DIR/a", "--json").json().string("digest");
    assertThat(cli.run("index", "show", "oci:DIR/b", "--json").json().string("digest"))
        .isEqualTo(first);
  }

  @Test
  void anIndexMayHaveImagesOfSeveralTransportsWithTheirArtifacts() throws IOException {
    new Sample().file("a", "1").withState().writeTo(directory.resolve("os"), "1");
    Descriptor arm = image("elsewhere", "linux/arm64");
    attach("elsewhere", arm, "application/x");
    Run run =
        cli.run(
            "index",
            "create",
            "-q",
            repository + ":40",
            "oci:DIR/os:1",
            "docker://" + registry.host() + "/elsewhere@" + arm.digest(),
            "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    Run show = cli.run("index", "show", repository + ":40", "--json");
    assertThat(show.exitCode()).as(show.err()).isZero();
    List<JsonObject> manifests = show.json().objects("manifests");
    assertThat(manifests).hasSize(2);
    assertThat(manifests.get(0).string("platform")).isEqualTo("linux/amd64");
    assertThat(manifests.get(0).strings("artifactTypes"))
        .containsExactly("application/vnd.varve.state.v1");
    assertThat(manifests.get(1).string("platform")).isEqualTo("linux/arm64");
    assertThat(manifests.get(1).strings("artifactTypes")).containsExactly("application/x");
    assertThat(registry.requests("POST /v2/owner/os/blobs/uploads/"))
        .filteredOn(request -> request.query().contains("mount="))
        .hasSize(
            2); // config and layer of the other image; {} is uploaded with the layout's artifact
    // With an index as the source, the new index has all its images.
    assertThat(cli.run("index", "create", "-q", "oci-archive:DIR/all.tar", repository + ":40"))
        .satisfies(result -> assertThat(result.exitCode()).as(result.err()).isZero());
    assertThat(
            cli.run("index", "show", "oci-archive:DIR/all.tar", "--json").json().string("digest"))
        .isEqualTo(show.json().string("digest"));
  }

  @Test
  void twoImagesForOnePlatformAreRefusedByName() throws IOException {
    Descriptor one = image("owner/os", "linux/amd64");
    new Sample().file("a", "1").writeTo(directory.resolve("os"), "1");
    registry.clearRequests();
    Run run =
        cli.run(
            "index",
            "create",
            "-q",
            repository + ":40",
            repository + "@" + one.digest(),
            "oci:DIR/os:1");
    assertThat(run)
        .isEqualTo(
            new Run(
                2,
                "",
                "varve: creating the index "
                    + repository
                    + ":40: expected one image for a platform, both "
                    + repository
                    + "@"
                    + one.digest()
                    + " and oci:DIR/os:1 are for linux/amd64\n"));
    assertThat(registry.requests("(PUT|POST) .*")).isEmpty();
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void anIndexNeedsImagesAndADestinationForIndexes() {
    assertThat(cli.run("index", "create", "docker-archive:DIR/a.tar", "oci:DIR/os"))
        .isEqualTo(
            new Run(
                2,
                "",
                "varve: docker-archive:DIR/a.tar can't be the destination of an index, because it"
                    + " stores a single image; expected docker://HOST/PATH[:TAG][@DIGEST],"
                    + " oci:DIR[:TAG], oci-archive:FILE[:TAG]\n"));
    assertThat(cli.run("index", "create", "oci:DIR/a").exitCode()).isEqualTo(2);
    assertThat(cli.run("index", "create", "oci:DIR/a", "oci:DIR/b", "--annotation", "=v"))
        .isEqualTo(new Run(2, "", "varve: --annotation: expected K=V, got \"=v\"\n"));
    assertThat(cli.run("index").exitCode()).isEqualTo(2);
  }

  @Test
  void anImageOfAnotherBuildIsRefused() throws IOException {
    Descriptor amd = image("owner/os", "linux/amd64", "https://runs/7");
    Descriptor arm = image("owner/os", "linux/arm64", "https://runs/6");
    Descriptor riscv = image("owner/os", "linux/riscv64");
    List<String> command =
        List.of(
            "index",
            "create",
            repository + ":40",
            "--require-label=build=https://runs/7",
            repository + "@" + amd.digest());

    assertThat(cli.run(with(command, repository + "@" + arm.digest())))
        .satisfies(
            run -> {
              assertThat(run.exitCode()).isEqualTo(1);
              assertThat(run.err())
                  .contains("expected the label build=https://runs/7 of ")
                  .contains("got https://runs/6; no tag was moved");
            });
    assertThat(cli.run(with(command, repository + "@" + riscv.digest())).err())
        .contains("got no such label");
    assertThat(registry.tags("owner/os")).isEmpty();

    assertThat(cli.run(command.toArray(String[]::new)).exitCode()).isZero();
    Run index =
        cli.run("index", "create", repository + ":41", "--require-label=a=b", repository + ":40");
    assertThat(index.exitCode()).isEqualTo(2);
    assertThat(index.err()).contains("--require-label: expected single images, got the index ");
  }

  private static String[] with(List<String> command, String more) {
    return Stream.concat(command.stream(), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void theTagDoesNotMoveWhereAnImageIsMissing() throws IOException {
    Descriptor amd = image("owner/os", "linux/amd64");
    String missing = "sha256:" + "ab".repeat(32);
    Run run =
        cli.run(
            "index",
            "create",
            repository + ":40",
            repository + "@" + amd.digest(),
            repository + "@" + missing);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines()).hasSize(1);
    assertThat(run.err()).contains(", or no " + missing + " in it");
    assertThat(registry.tags("owner/os")).isEmpty();
    Descriptor arm = image("owner/os", "linux/arm64");
    registry.failAll("PUT .*/" + arm.digest(), Fault.error(400, "MANIFEST_INVALID", "no"));
    assertThat(
            cli.run(
                    "index",
                    "create",
                    repository + ":40",
                    repository + "@" + amd.digest(),
                    repository + "@" + arm.digest())
                .exitCode())
        .isEqualTo(1);
    assertThat(registry.tags("owner/os")).isEmpty();
  }
}
