package dev.varve.runner.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.notes.Notes;
import dev.varve.registry.Registry;
import dev.varve.registry.Repository;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two runs that move the same tags. */
final class TagMovesTest {
  private static final String TAGS = " /v2/os/manifests/latest";

  private FakeRegistry server;
  private Registry registry;
  private TagMoves moves;
  private Digest ours;

  @BeforeEach
  void start() throws IOException {
    server = FakeRegistry.start();
    registry = new Registry(HttpSettings.defaults("test"), Logins.NONE, Progress.SILENT);
    Repository repository = registry.repository(new RepositoryName(server.host(), "os"));
    moves = new TagMoves(repository);
    ours = server.putImage("os", "ours", new byte[] {1}).descriptor().digest();
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
    server.close();
  }

  @Test
  void aTagThatNoOtherRunMovesIsMoved() throws IOException {
    moves.recordTarget("latest");
    moves.move(List.of("latest"), ours, false);
    assertThat(server.manifest("os", "latest").map(Digest::of)).contains(ours);
  }

  private Digest build(String tag, String version) throws IOException {
    byte[] config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Labels\":{\"%s\":\"%s\"}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"
            .formatted(Notes.VERSION_LABEL, version)
            .getBytes(StandardCharsets.UTF_8);
    server.put("os", config);
    Manifest manifest =
        new Manifest(Descriptor.of(MediaTypes.OCI_CONFIG, config), List.of(), Map.of("build", tag));
    server.putManifest("os", tag, manifest.mediaType(), manifest.toBytes());
    return manifest.descriptor().digest();
  }

  private Optional<Digest> at(String tag) {
    return server.manifest("os", tag).map(Digest::of);
  }

  /** Another run moves tags at the moment at which this run has moved them all. */
  private void whenMoved(Runnable others) {
    server.failNext("PUT /v2/os/manifests/40-1", Fault.delay(Duration.ZERO).then(others));
  }

  @Test
  void theRunThatMovedTheVersionLastMovesTheOtherTagsAgain() throws IOException {
    Digest other = build("other", "40-1");
    List<String> tags = List.of("latest", "40-1");
    for (String tag : tags) {
      moves.recordTarget(tag);
    }
    whenMoved(() -> server.tag("os", "latest", other));
    moves.move(tags, ours, false);
    assertThat(at("latest")).contains(ours);
    assertThat(at("40-1")).contains(ours);
  }

  @Test
  void theOtherRunGivesItsTagsUp() throws IOException {
    Digest other = build("other", "40-1");
    List<String> tags = List.of("latest", "40-1");
    for (String tag : tags) {
      moves.recordTarget(tag);
    }
    whenMoved(() -> server.tag("os", "40-1", other));
    assertThatThrownBy(() -> moves.move(tags, ours, false))
        .isInstanceOf(PublishException.class)
        .hasMessageStartingWith(
            "moving tag 40-1 of %s/os to %s: somebody".formatted(server.host(), ours));
    assertThat(at("latest")).contains(other);
    assertThat(at("40-1")).contains(other);
  }

  /** The other image is of another version, or it has its own tag. */
  @ParameterizedTest
  @CsvSource({"40-2, 40-2", "40-1.1, 40-1.1", "'', other"})
  void aTagThatAnotherVersionHasIsLeftAlone(String version, String tag) throws IOException {
    Digest other = build(tag, version);
    List<String> tags = List.of("latest", "40-1");
    for (String each : tags) {
      moves.recordTarget(each);
    }
    whenMoved(() -> server.tag("os", "latest", other));
    assertThatThrownBy(() -> moves.move(tags, ours, false))
        .isInstanceOf(PublishException.class)
        .hasMessageStartingWith(
            "moving tag latest of %s/os to %s: somebody".formatted(server.host(), ours));
    assertThat(at("latest")).contains(other);
    assertThat(at("40-1")).contains(ours);
  }

  @Test
  void aTagThatAnotherRunMovesRightAfterwardsIsAFailure() throws Exception {
    moves.recordTarget("latest");
    server.failLater("HEAD" + TAGS, 1, Fault.delay(Duration.ofSeconds(2)));
    byte[] bytes = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> {
              while (server.manifest("os", "latest").isEmpty()) {
                Thread.onSpinWait();
              }
              server.putManifest("os", "latest", MediaTypes.OCI_INDEX, bytes);
            });
    assertThatThrownBy(() -> moves.move(List.of("latest"), ours, false))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "moving tag latest of %s/os to %s: somebody else then moved it to %s;"
                .formatted(server.host(), ours, Digest.of(bytes)));
    other.get();
  }
}
