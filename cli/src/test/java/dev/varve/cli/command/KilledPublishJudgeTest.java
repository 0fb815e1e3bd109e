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
 * Kills publishing to distribution's registry at each of its steps by SIGKILL, which leaves no time
 * to clean up. Tags must always point to complete and signed images, and the next run must end in
 * the same state as a run that was not killed.
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
    Run run = cliWithPassword(keys).run("generate-key-pair", "--output-key-prefix=DIR/os");
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  /** Returns a command line with the key's password. */
  private static Cli cliWithPassword(Path directory) {
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
    cli = cliWithPassword(directory);
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

  /**
   * Returns the digest of the image that a tag points to, after reading all its blobs and verifying
   * its signature.
   */
  private Digest verifiedDigest(String repository, String tag) throws IOException {
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
  void theNextRunAfterAKillEndsInTheSameState(String request, int after, boolean latestHasMoved)
      throws Exception {
    try (StallingProxy proxy = new StallingProxy(registry.host(), Long.MAX_VALUE)) {
      String repository = proxy.host() + "/os" + repositories++;
      Digest first = published("1", repository);
      Digest second = published("2", repository, "--dry-run");
      proxy.stallAt(request, after);
      kill(proxy, publish("2", repository));
      proxy.reconnect();
      assertThat(verifiedDigest(repository, "40-1")).isEqualTo(first);
      assertThat(verifiedDigest(repository, "latest")).isEqualTo(latestHasMoved ? second : first);
      assertThat(cli.run("tags", "docker://" + repository).out().lines().toList())
          .contains("40-1", "latest")
          .doesNotContain("40-2");
      assertThat(published("2", repository)).isEqualTo(second);
      assertThat(verifiedDigest(repository, "40-2")).isEqualTo(second);
      assertThat(verifiedDigest(repository, "latest")).isEqualTo(second);
      assertThat(verifiedDigest(repository, "40-1")).isEqualTo(first);
    }
  }

  private void kill(StallingProxy proxy, String... line) throws Exception {
    Path output = directory.resolve("out");
    Process process = cli.start(output, line);
    try {
      proxy.awaitStall();
      assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
