package dev.varve.runner.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Digest;
import dev.varve.core.image.MediaTypes;
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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
