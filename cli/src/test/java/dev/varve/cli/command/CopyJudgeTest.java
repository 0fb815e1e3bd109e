package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.cli.Tools;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests copies within distribution's registry and to another registry with crane. */
@Tag("judge")
final class CopyJudgeTest {
  private static final Pattern BLOB_SENT =
      Pattern.compile("\"(PUT|PATCH) /v2/\\S+/blobs/uploads/\\S*");
  private static final Pattern MOUNTED =
      Pattern.compile("\"POST /v2/\\S+/blobs/uploads/\\?mount=\\S* HTTP/1.1\" 201");
  private static final Pattern BLOB_READ = Pattern.compile("\"GET /v2/\\S+/blobs/sha256:\\S*");

  @TempDir private Path directory;
  private RealRegistry registry;
  private Cli cli;
  private Tools tools;
  private Digest image;
  private String source;

  @BeforeEach
  void setUp() throws IOException {
    tools = new Tools(directory, "crane");
    registry = RealRegistry.startWithLogin();
    tools.login(registry);
    cli = new Cli(directory);
    Sample sample = new Sample().file("etc/motd", "monday").file("usr/bin/sh", "shell").withState();
    image = sample.writeTo(directory.resolve("src"), "x").digest();
    source = registry.host() + "/a/b:x";
    copy("oci:DIR/src:x", "docker://" + source);
  }

  @AfterEach
  void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  private JsonObject copy(String from, String to, String... options) throws IOException {
    List<String> line = new ArrayList<>(List.of("copy", "--json", "-q", from, to));
    line.addAll(List.of(options));
    Run run = cli.run(line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }

  private static long count(Pattern lines, RealRegistry registry) throws IOException {
    return lines.matcher(registry.log()).results().count();
  }

  private List<Digest> digests(String repository, String... tags) throws Exception {
    List<Digest> digests = new ArrayList<>();
    for (String tag : tags) {
      digests.add(tools.digest(repository + ":" + tag));
    }
    return digests;
  }

  @Test
  void withinOneRegistryBlobsAreMounted() throws Exception {
    long sent = count(BLOB_SENT, registry);
    long read = count(BLOB_READ, registry);
    String target = registry.host() + "/cc";
    JsonObject result =
        copy("docker://" + source, "docker://" + target + ":x", "--tag=y", "--tag=z");
    assertThat(result.number("readBlobs")).isZero();
    assertThat(digests(target, "x", "y", "z")).containsOnly(image);
    assertThat(count(MOUNTED, registry)).isEqualTo(result.number("blobs"));
    assertThat(count(BLOB_SENT, registry)).isEqualTo(sent);
    // Varve reads the config.
    assertThat(count(BLOB_READ, registry)).isEqualTo(read + 1);
    assertThat(tools.run("crane", "ls", target).lines()).contains("x", "y", "z").hasSize(4);
  }

  @Test
  void copiesToAnotherRegistryKeepDigestsAndSendNoBlobTwice() throws Exception {
    try (RealRegistry other = RealRegistry.start()) {
      String target = other.host() + "/deep/er/c";
      JsonObject result = copy("docker://" + source, "docker://" + target + ":x", "--tag=y");
      assertThat(result.number("readBlobs")).isEqualTo(result.number("blobs"));
      assertThat(digests(target, "x", "y")).containsOnly(image);
      assertThat(count(BLOB_SENT, other)).isEqualTo(result.number("blobs"));

      JsonObject again = copy("docker://" + source, "docker://" + target + ":z");
      assertThat(again.number("readBlobs")).isZero();
      assertThat(count(BLOB_SENT, other)).isEqualTo(result.number("blobs"));
      assertThat(digests(target, "x", "y", "z")).containsOnly(image);

      copy("docker://" + target + ":z", "docker://" + registry.host() + "/back:x");
      assertThat(tools.digest(registry.host() + "/back:x")).isEqualTo(image);
    }
  }
}
