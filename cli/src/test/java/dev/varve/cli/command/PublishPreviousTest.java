package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Digest;
import dev.varve.core.image.MediaTypes;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Tests of the choice of the previous image by {@code varve publish}. */
final class PublishPreviousTest extends PublishTestBase {
  @Test
  void aFreshPlanIsMadeByOptionOrOnItsDay() throws IOException {
    published("monday");
    day(11);
    assertThat(publish("tuesday", "--dry-run", "--fresh").err())
        .startsWith("no previous image: a fresh plan was requested\n");
    assertThat(publish("tuesday", "--dry-run", "--fresh-on-day", "11").err())
        .startsWith("no previous image: a fresh plan was requested for day 11 of the month\n");
    assertThat(publish("tuesday", "--dry-run", "--fresh-on-day", "1").err())
        .startsWith("the previous image: 40-20251010 is the newest tag that matches " + VERSIONS);
  }

  @Test
  void anotherVersionFormatStartsAnotherSeries() throws IOException {
    published("monday");
    day(11);
    Run fresh = publish("tuesday", "--version", "41.%Y%m%d");
    assertThat(fresh.err())
        .startsWith(
            "WARNING: no previous image: no tag matches"
                + " ^[0-9]+\\.[0-9]{8}(\\.[0-9]{1,5})?$, of 1 tag (--pattern REGEX chooses others);"
                + " clients will download the whole image\n");
    Run chosen = publish("wednesday", "--version", "42-%Y%m%d", "--pattern", "^41.");
    assertThat(chosen.err())
        .startsWith("the previous image: 41.20251011 is the newest tag that matches ^41.\n");
  }

  @Test
  void aNewReleaseContinuesThePreviousOne() throws IOException {
    published("monday", "--version", "39-%Y%m%d");
    Digest before = published("tuesday", "--version", "40-%Y%m%d");
    day(11);
    assertThat(publish("tuesday", "--version", "41-%Y%m%d", "--pattern", "^41-", "--dry-run").err())
        .startsWith("WARNING: no previous image: no tag matches ^41-, of 2 tags ");
    Digest next = published("wednesday", "--version", "41-%Y%m%d");
    assertThat(labels("41-20251011"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + before);
    day(12);
    published("monday", "--version", "41-%Y%m%d");
    assertThat(labels("41-20251012"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + next);
    // The previous release continues with its own images.
    published("monday", "--version", "40-%Y%m%d");
    assertThat(labels("40-20251012"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + before);
  }

  @Test
  void aLiteralVersionFindsTheVersionOfTheDayBefore() throws IOException {
    Digest monday = published("monday", "--version", "40-20251010");
    Digest tuesday = published("tuesday", "--version", "40-20251011");
    assertThat(labels("40-20251011"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + monday);
    Digest again = published("wednesday", "--version", "40-20251011", "--unique");
    assertThat(at("40-20251011.1")).contains(again);
    assertThat(labels("40-20251011.1"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + tuesday);
    published("monday", "--version", "40-20251012");
    assertThat(labels("40-20251012"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + again);
  }

  @Test
  void withoutAVersionTagThePreviousImageIsAtTheTagThatClientsFollow() throws IOException {
    Digest monday = published("monday", "--version", "latest");
    registry.clearRequests();
    Run run = publish("tuesday", "--tag", "stable", "--tag", "latest");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .startsWith(
            "the previous image: latest points to the image that clients have; no tag matches "
                + VERSIONS
                + ", of 1 tag\n");
    assertThat(registry.requests(UPLOADS)).hasSize(3); // a layer, the config, the state
    assertThat(labels("latest"))
        .containsEntry(VERSION, "40-20251010")
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + monday);
  }

  @Test
  void aTagThatClientsFollowMayPointToABrokenImage() throws IOException {
    registry.putManifest(NAME, "latest", MediaTypes.OCI_MANIFEST, "{}".getBytes(UTF_8));
    Run run = publish("monday", "--tag", "latest");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines().get(0))
        .startsWith(
            "WARNING: no previous image: latest points to the image that clients have; no tag matches "
                + VERSIONS
                + ", of 1 tag; it can't be planned with: ")
        .endsWith("; clients will download the whole image");
    assertThat(at("latest")).isEqualTo(at("40-20251010")).isPresent();
  }

  @Test
  void anOldVersionIsPlannedWithTheVersionBeforeIt() throws IOException {
    Digest monday = published("monday");
    day(13);
    published("tuesday");
    day(11);
    Run run = publish("wednesday");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .startsWith(
            "the previous image: 40-20251010 is the newest tag up to 40-20251011 that matches "
                + VERSIONS,
            "WARNING: 40-20251013 has a later date than 40-20251011: the clock is behind, or this"
                + " is an old version");
    assertThat(labels("40-20251011"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + monday);
  }

  @Test
  void aVersionBeforeAllOthersHasNoPreviousImage() throws IOException {
    published("monday");
    Run run = publish("tuesday", "--version", "40-20251009");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .startsWith(
            "WARNING: no previous image: every tag that matches "
                + VERSIONS
                + " has a later date than 40-20251009; the newest is 40-20251010; clients will"
                + " download the whole image",
            "WARNING: 40-20251010 has a later date than 40-20251009: the clock is behind, or this"
                + " is an old version");
    assertThat(labels("40-20251009")).doesNotContainKey("rechunk.prev-ref");
  }

  @Test
  void theImageOfTheDayCanBeSkipped() throws IOException {
    Digest monday = published("monday");
    day(11);
    published("tuesday");
    published("wednesday", "--on-current", "previous");
    assertThat(labels("40-20251011"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + monday)
        .containsEntry(VERSION, "40-20251011.1");
    published("monday", "--on-current", "fresh");
    assertThat(labels("40-20251011")).doesNotContainKey("rechunk.prev-ref");
  }
}
