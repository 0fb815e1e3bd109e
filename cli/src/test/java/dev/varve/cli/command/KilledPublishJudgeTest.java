package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.Digest;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Publishing to distribution's registry, killed (by SIGKILL: nothing tidies up) at each of its
 * steps: no tag ever leads to what is not all there or not signed, and the next run ends in the
 * same state as one that nobody killed.
 */
@Tag("judge")
final class KilledPublishJudgeTest {
  private static RealRegistry registry;
  private static int repositories;

  @TempDir private static Path keys;
  @TempDir private Path directory;
  private Cli cli;

  @BeforeAll
  static void start() throws IOException {
    registry = RealRegistry.start();
    Run run = keeper(keys).run("generate-key-pair", "--output-key-prefix=DIR/os");
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  /** Who knows the key's password. */
  private static Cli keeper(Path directory) {
    return new Cli(directory).with("COSIGN_PASSWORD", "s3cret");
  }

  @AfterAll
  static void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void writeSources() throws IOException {
    cli = keeper(directory);
    image("1").writeTo(directory.resolve("os"), "1");
    image("2").writeTo(directory.resolve("os"), "2");
  }

  private static Sample image(String content) {
    return new Sample()
        .file("opt/a", "always the same")
        .file("srv/b", "another each day: " + content)
        .file("usr/c", content)
        .file("home/d", content + content);
  }

  private static String[] publish(String build, String repository, String... options) {
    List<String> line = new ArrayList<>(List.of("publish", "-q", "oci:DIR/os:" + build));
    line.addAll(List.of("docker://" + repository, "--version=40-" + build, "--pattern=^40-"));
    line.addAll(List.of("--tag=latest", "--json", "--key=" + keys.resolve("os.key")));
    line.addAll(List.of(options));
    return line.toArray(String[]::new);
  }

  private Digest published(String build, String repository, String... options) throws IOException {
    Run run = cli.run(publish(build, repository, options));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return Digest.parse(run.json().string("digest"));
  }

  /** What a tag leads to, of which every byte is read, and which is signed. */
  private Digest whole(String repository, String tag) throws IOException {
    String image = "docker://" + repository + ":" + tag;
    Run copied = cli.run("copy", "-q", image, "oci:DIR/back:" + tag, "--json");
    assertThat(copied.exitCode()).as(copied.err()).isZero();
    Run verified = cli.run("verify", "-q", image, "--key=" + keys.resolve("os.pub"));
    assertThat(verified.exitCode()).as(verified.err()).isZero();
    return Digest.parse(copied.json().string("digest"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET /v2/\\S+/tags/list, 0, false",
    "POST /v2/\\S+/blobs/uploads/, 0, false",
    "PUT /v2/\\S+/blobs/uploads/, 0, false",
    "PUT /v2/\\S+/blobs/uploads/, 3, false",
    "PUT /v2/\\S+/manifests/sha256:, 0, false",
    "PUT /v2/\\S+/manifests/sha256:, 1, false",
    "PUT /v2/\\S+/manifests/sha256-, 0, false",
    "PUT /v2/\\S+/manifests/sha256-[0-9a-f]{64}\\.sig, 0, false",
    "PUT /v2/\\S+/manifests/latest, 0, false",
    "PUT /v2/\\S+/manifests/40-2, 0, true",
  })
  void whereverItIsKilledTheNextRunEndsInTheSameState(
      String request, int after, boolean latestHasMoved) throws Exception {
    try (JammedLink link = new JammedLink(registry.host(), Long.MAX_VALUE)) {
      String repository = link.host() + "/os" + repositories++;
      Digest first = published("1", repository);
      Digest second = published("2", repository, "--dry-run");
      link.jamAt(request, after);
      kill(link, publish("2", repository));
      link.mend();
      assertThat(whole(repository, "40-1")).isEqualTo(first);
      assertThat(whole(repository, "latest")).isEqualTo(latestHasMoved ? second : first);
      assertThat(cli.run("tags", "docker://" + repository).out().lines().toList())
          .contains("40-1", "latest")
          .doesNotContain("40-2");
      assertThat(published("2", repository)).isEqualTo(second);
      assertThat(whole(repository, "40-2")).isEqualTo(second);
      assertThat(whole(repository, "latest")).isEqualTo(second);
      assertThat(whole(repository, "40-1")).isEqualTo(first);
    }
  }

  private void kill(JammedLink link, String... line) throws Exception {
    Path output = directory.resolve("out");
    Process process = cli.start(output, line);
    try {
      link.awaitJam();
      assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
