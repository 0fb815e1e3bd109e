package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.fake.Quirk;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of {@code varve publish} with a registry that fails, loses blobs or refuses a login. */
final class PublishFailuresTest extends PublishTestBase {
  /** Faulty garbage collections and cleanups lose layers. */
  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void lostLayersAreWrittenAgain(boolean takesAny, boolean verified) throws IOException {
    if (takesAny) {
      registry.quirk(Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS);
    }
    published("monday");
    day(11);
    Digest lost = manifest("40-20251010").layers().get(0).digest();
    Digest expected = published("tuesday", "--dry-run");
    registry.lose(NAME, lost);
    Run run = publish("tuesday", "--json", verified ? "--verify" : "--tag=latest");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains(lost.toString(), "writing these layers anew");
    assertThat(Digest.parse(run.json().string("digest"))).isEqualTo(expected);
    assertThat(at("40-20251011")).contains(expected);
    assertThat(registry.blobs(NAME)).contains(lost);
    assertThat(manifest("40-20251011").blobs())
        .allMatch(blob -> registry.blobs(NAME).contains(blob.digest()));
  }

  @Test
  void aLostStateIsRebuilt() throws IOException {
    published("monday");
    day(11);
    Digest state =
        registry.manifests(NAME).stream()
            .filter(digest -> !Optional.of(digest).equals(at("40-20251010")))
            .findFirst()
            .orElseThrow();
    registry.lose(NAME, manifest(state.toString()).layers().get(0).digest());
    registry.clearRequests();
    published("tuesday");
    assertThat(registry.requests(UPLOADS)).hasSize(3); // a layer, the config, the state
  }

  @Test
  void anOlderImageIsUsedIfTheRegistryLostTheConfig() throws IOException {
    Digest monday = published("monday");
    day(11);
    Digest tuesday = published("tuesday");
    day(12);
    Digest lost = manifest("40-20251011").config().digest();
    registry.lose(NAME, lost);
    Run run = publish("wednesday");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .anyMatch(
            line ->
                line.matches(
                    "WARNING: opening blob "
                        + lost
                        + " of docker://"
                        + repository
                        + "@"
                        + tuesday
                        + ": expected [0-9]+ bytes, but the blob is not there; the registry has"
                        + " lost the blob"));
    assertThat(labels("40-20251012"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + monday);
  }

  @Test
  void publishContinuesWithoutThePreviousImageIfItsConfigIsLost() throws IOException {
    published("monday");
    day(11);
    registry.lose(NAME, manifest("40-20251010").config().digest());
    Run run = publish("tuesday");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("clients will download the whole image");
    assertThat(labels("40-20251011")).doesNotContainKey("rechunk.prev-ref");
  }

  @Test
  void corruptBytesOfTheRegistryAreDetectedByVerify() throws IOException {
    published("monday");
    day(11);
    registry.failNext("PUT " + V2 + "manifests/40-.*", Fault.error(403, "DENIED", "no"));
    assertThat(publish("tuesday").exitCode()).isEqualTo(3);
    List<Descriptor> before = manifest("40-20251010").layers();
    Descriptor added =
        manifest(registry.manifests(NAME).get(2).toString()).layers().stream()
            .filter(layer -> !before.contains(layer))
            .findFirst()
            .orElseThrow();
    registry.failAll("GET " + V2 + "blobs/" + added.digest(), Fault.wrongBytes());
    Run run = publish("tuesday", "--verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
    assertThat(run.lines()).last().asString().contains(added.digest().toString());
    assertThat(at("40-20251011")).isEmpty();
    assertThat(publish("tuesday").exitCode()).isZero(); // by default, Varve trusts the registry
  }

  @ParameterizedTest
  @CsvSource({
    "GET /v2/owner/os/tags/list, 0",
    "HEAD /v2/owner/os/manifests/latest, 0",
    "GET /v2/owner/os/manifests/sha256:.*, 0",
    "GET /v2/owner/os/referrers/.*, 0",
    "POST /v2/owner/os/blobs/uploads/, 0",
    "POST /v2/owner/os/blobs/uploads/, 1",
    "PUT /v2/owner/os/blobs/uploads/.*, 0",
    "PUT /v2/owner/os/blobs/uploads/.*, 2",
    "PUT /v2/owner/os/manifests/sha256:.*, 0",
    "PUT /v2/owner/os/manifests/sha256:.*, 1",
    "GET /v2/owner/os/referrers/.*, 1",
    "HEAD /v2/owner/os/blobs/.*, 2",
    "HEAD /v2/owner/os/manifests/latest, 1",
    "PUT /v2/owner/os/manifests/latest, 0",
    "PUT /v2/owner/os/manifests/40-.*, 0",
  })
  void theNextRunAfterAFailureEndsInTheSameState(String match, int after) throws IOException {
    Digest monday = published("monday", "--tag", "latest");
    day(11);
    Digest expected = published("tuesday", "--tag", "latest", "--dry-run");
    registry.failLater(match, after, Fault.error(403, "DENIED", "no"));
    Run failed = publish("tuesday", "--tag", "latest");
    assertThat(failed.exitCode()).as(failed.err()).isEqualTo(3);
    assertThat(at("40-20251011")).isEmpty();
    if (match.endsWith("40-.*")) {
      assertThat(at("latest")).contains(expected);
    } else {
      assertThat(at("latest")).contains(monday);
    }
    registry.clearFaults();
    assertThat(published("tuesday", "--tag", "latest")).isEqualTo(expected);
    assertThat(at("latest")).contains(expected);
    assertThat(at("40-20251011")).contains(expected);
    assertThat(registry.manifests(NAME)).hasSize(4); // two images and their states
    assertThat(labels("latest")).containsEntry(VERSION, "40-20251011");
  }

  @Test
  void aMissingBlobMovesNoTag() throws IOException {
    registry.quirk(Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS);
    published("monday");
    day(11);
    Digest kept = manifest("40-20251010").layers().get(0).digest();
    registry.failAll("HEAD " + V2 + "blobs/" + kept, Fault.status(404));
    Run run = publish("tuesday");
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.lines())
        .last()
        .asString()
        .matches(
            "varve: verifying docker://.*@sha256:[0-9a-f]{64}: blob "
                + kept
                + " of [0-9]+ bytes is missing; no tag was moved\\. Publish again");
    assertThat(at("40-20251011")).isEmpty();
  }

  @Test
  void aFailedListingIsAFailureOrAWarning() throws IOException {
    published("monday");
    day(11);
    registry.failAll("GET " + V2 + "tags/list", Fault.error(400, "UNSUPPORTED", "no lists"));
    Run failed = publish("tuesday");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.err())
        .startsWith("varve: listing the tags of " + repository + ": ")
        .endsWith("; --on-error warn continues without a previous image\n");
    Run warned = publish("tuesday", "--on-error", "warn");
    assertThat(warned.exitCode()).isZero();
    assertThat(warned.lines().get(0))
        .startsWith("WARNING: listing the tags of " + repository + ": ");
    assertThat(warned.lines().get(1))
        .isEqualTo(
            "WARNING: continuing without a previous image: clients will download the whole image");
    assertThat(warned.lines().get(2))
        .isEqualTo("no previous image: the registry could not be asked");
    assertThat(labels("40-20251011")).doesNotContainKey("rechunk.prev-ref");
  }

  private void askForLogin() {
    registry.access().bearer("me", "secret");
    cli.with("VARVE_USERNAME", "me").with("VARVE_PASSWORD", "secret");
  }

  @Test
  void aTokenThatExpiresDuringTheRunIsRenewed() throws IOException {
    askForLogin();
    cli.onTimeMeasurement(() -> registry.access().revokeTokens());
    Digest image = published("monday", "--tag", "latest");
    assertThat(at("latest")).contains(image);
    assertThat(registry.requests("GET /token")).hasSizeGreaterThan(3);
  }

  @Test
  void aLoginRevokedDuringTheRunMovesNoTag() throws IOException {
    askForLogin();
    cli.onTimeMeasurement(
        () -> {
          if (!registry.requests(UPLOADS).isEmpty()) {
            registry.access().revokeTokens();
            registry.failAll("GET /token", Fault.error(401, "UNAUTHORIZED", "gone"));
          }
        });
    Run run = publish("monday", "--tag", "latest");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(run.lines())
        .last()
        .asString()
        .contains("the login was user me from VARVE_USERNAME and VARVE_PASSWORD")
        .doesNotContain("secret");
    assertThat(registry.tags(NAME)).noneMatch(tag -> !tag.startsWith("sha256-"));
  }
}
