package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Digest;
import dev.varve.core.image.MediaTypes;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.fake.RecordedRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the tags that {@code varve publish} moves or keeps. */
final class PublishTagsTest extends PublishTestBase {
  private List<String> tagPuts() {
    return registry.requests("PUT " + V2 + "manifests/[^:]*").stream()
        .map(RecordedRequest::line)
        .toList();
  }

  @Test
  void anotherImageOnTheSameDayGetsTheTagAndANumberInItsLabel() throws IOException {
    Digest first = published("monday");
    Digest second = published("tuesday");
    assertThat(at("40-20251010")).contains(second);
    assertThat(labels("40-20251010"))
        .containsEntry(VERSION, "40-20251010.1")
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + first);
    published("wednesday");
    assertThat(labels("40-20251010")).containsEntry(VERSION, "40-20251010.2");
    published("wednesday");
    assertThat(labels("40-20251010")).containsEntry(VERSION, "40-20251010.2");
    assertThat(registry.tags(NAME)).containsExactly("40-20251010");
  }

  @Test
  void aUniqueImageMovesNoTagOfTheDay() throws IOException {
    Digest first = published("monday", "--unique");
    Digest second = published("tuesday", "--unique");
    assertThat(published("tuesday", "--unique")).isEqualTo(second);
    assertThat(at("40-20251010")).contains(first);
    assertThat(at("40-20251010.1")).contains(second);
    assertThat(labels("40-20251010.1"))
        .containsEntry(VERSION, "40-20251010.1")
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + first);
    day(11);
    published("wednesday", "--unique");
    assertThat(labels("40-20251011"))
        .containsEntry("rechunk.prev-ref", "docker://" + repository + "@" + second);
  }

  /** Moves a tag once the registry has the new image, before varve moves its tags. */
  private void moveTagDuringTheRun(String tag) {
    AtomicBoolean done = new AtomicBoolean();
    int before = registry.manifests(NAME).size();
    cli.onTimeMeasurement(
        () -> {
          if (registry.manifests(NAME).size() > before && done.compareAndSet(false, true)) {
            byte[] other = "{\"schemaVersion\":2}".getBytes(UTF_8);
            registry.putManifest(NAME, tag, MediaTypes.OCI_INDEX, other);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest", "40-20251011"})
  void aTagThatSomebodyElseMovedIsNotOverwritten(String tag) throws IOException {
    Digest monday = published("monday", "--tag", "latest");
    day(11);
    Digest expected = published("tuesday", "--tag", "latest", "--dry-run");
    moveTagDuringTheRun(tag);
    Run run = publish("tuesday", "--tag", "latest");
    Digest theirs = at(tag).orElseThrow();
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines())
        .last()
        .isEqualTo(
            "varve: moving tag %s of %s to %s: somebody else has moved it from %s to %s during this run;"
                    .formatted(
                        tag,
                        repository,
                        expected,
                        tag.equals("latest") ? monday : "nothing",
                        theirs)
                + " no tag was moved. Publish again to plan with the image that the tag points to now,"
                + " or move the tag with --force");
    assertThat(tagPuts()).hasSize(2); // monday's tags
    assertThat(theirs).isNotEqualTo(expected);
  }

  @Test
  void aTagThatSomebodyElseMovedIsOverwrittenByForce() throws IOException {
    published("monday", "--tag", "latest");
    day(11);
    moveTagDuringTheRun("latest");
    Digest image = published("tuesday", "--tag", "latest", "--force");
    assertThat(at("latest")).contains(image);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--fresh", "--on-error=warn"})
  void aTagThatClientsFollowDoesNotMoveToAnEarlierDay(String option) throws IOException {
    List<String> options = new ArrayList<>(List.of("--tag", "latest", "--tag", "stable"));
    published("monday", options.toArray(String[]::new));
    day(13);
    Digest later = published("tuesday", options.toArray(String[]::new));
    day(12);
    if (option.startsWith("--on-error")) {
      registry.failAll("GET " + V2 + "tags/list", Fault.error(400, "UNSUPPORTED", "no lists"));
    }
    options.addAll(option.isEmpty() ? List.of() : List.of(option));
    Run run = publish("wednesday", options.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .contains(
            "WARNING: 40-20251013 has a later date than 40-20251012: the clock is behind, or this"
                + " is an old version; latest, stable are not moved; --force moves tags to an"
                + " older version too",
            "  tags       40-20251012");
    assertThat(at("latest")).contains(later);
    assertThat(at("stable")).contains(later);
    assertThat(at("40-20251012")).isPresent();

    options.add("--force");
    Run forced = publish("wednesday", options.toArray(String[]::new));
    assertThat(forced.exitCode()).as(forced.err()).isZero();
    assertThat(forced.lines())
        .contains(
            "WARNING: 40-20251013 has a later date than 40-20251012: the clock is behind, or this"
                + " is an old version; latest, stable are moved anyway",
            "  tags       40-20251012, latest, stable; it was published before");
    assertThat(at("latest")).isEqualTo(at("40-20251012"));
  }

  @Test
  void anUnreadableImageAtATagIsReplaced() throws IOException {
    registry.putManifest(NAME, "latest", MediaTypes.OCI_MANIFEST, "{}".getBytes(UTF_8));
    Digest image = published("monday", "--tag", "latest");
    assertThat(at("latest")).contains(image);
  }
}
