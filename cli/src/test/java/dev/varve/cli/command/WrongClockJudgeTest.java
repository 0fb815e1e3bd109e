package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.cli.Tools;
import dev.varve.core.image.Digest;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs commands with a clock that is wrong, or is set all the time. */
@Tag("judge")
final class WrongClockJudgeTest {
  private static final Path SOURCE = Path.of("src/test/fixtures/wrong-clock.c").toAbsolutePath();

  /** Seconds from the right time to 1982, more or less. */
  private static final String PAST = "-1400000000";

  /** Seconds from the right time to 2099, more or less. */
  private static final String FUTURE = "2300000000";

  private static final String NAME = "owner/os";

  @TempDir private Path directory;
  private FakeRegistry registry;
  private Cli cli;

  @BeforeEach
  void start() throws Exception {
    Path library = directory.resolve("clock.so");
    new Tools(directory, "cc")
        .run("cc", "-shared", "-fPIC", "-o", library.toString(), SOURCE.toString(), "-ldl");
    cli =
        new Cli(directory)
            .with("COSIGN_PASSWORD", "s3cret")
            .with("LD_PRELOAD", library.toString())
            .with("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    registry = FakeRegistry.start();
    registry.access().bearer("me", "s3cret").tokensLast(Duration.ofSeconds(60));
    for (int i = 0; i < 2; i++) {
      new Sample()
          .file("opt/a", "always the same".repeat(1000))
          .file("srv/b", Integer.toString(i).repeat(100_000))
          .writeTo(directory.resolve("os"), "" + i);
    }
    done("login", registry.host(), "-u", "me", "-p", "s3cret");
    done("generate-key-pair", "--output-key-prefix=DIR/os");
    done(publish(0));
  }

  @AfterEach
  void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  /** Runs a command line with the right clock. */
  private void done(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(String.join(" ", line) + "\n" + run.err()).isZero();
  }

  private String[] publish(int build) {
    String line =
        "publish -q oci:DIR/os:%d docker://%s/%s --version 40-%d --pattern ^40- --tag latest"
            + " --deltas 1 --key DIR/os.key";
    return line.formatted(build, registry.host(), NAME, build).split(" ");
  }

  /** Starts to publish with a clock that is ahead by {@code offset} seconds. */
  private Process start(String offset) throws IOException {
    return cli.with("CLOCK_OFFSET", offset).start(directory.resolve("output"), publish(1));
  }

  private void requireDone(Process process) throws Exception {
    int exitCode = process.waitFor();
    String output = Files.readString(directory.resolve("output"));
    assertThat(exitCode).as(output).isZero();
  }

  /** Returns what the registry has, after removing it. */
  private Map<String, Object> published() {
    Map<String, Object> published = new TreeMap<>();
    for (String tag : registry.tags(NAME)) {
      published.put(tag, Digest.of(registry.manifest(NAME, tag).orElseThrow()));
    }
    published.put("manifests", Set.copyOf(registry.manifests(NAME)));
    published.put("blobs", registry.blobs(NAME));
    registry.remove(NAME);
    return published;
  }

  private Map<String, Object> expected() {
    done(publish(1));
    Map<String, Object> expected = published();
    assertThat(expected).containsKeys("40-0", "40-1", "latest");
    done(publish(0));
    return expected;
  }

  @ParameterizedTest
  @ValueSource(strings = {PAST, FUTURE})
  void whatIsPublishedDoesNotDependOnTheClock(String offset) throws Exception {
    Map<String, Object> expected = expected();

    requireDone(start(offset));

    assertThat(published()).isEqualTo(expected);
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void aClockThatIsSetForwardAndBackwardChangesNothing() throws Exception {
    Map<String, Object> expected = expected();
    cli.with("CLOCK_SWINGS", "1");
    registry.failAll("(PUT|POST) .*", Fault.delay(Duration.ofMillis(100)));

    requireDone(start(PAST));

    assertThat(published()).isEqualTo(expected);
    assertThat(cli.scratch()).isEmpty();
  }

  /** Starts a run that waits for its uploads, with files in the scratch directory. */
  private Process startWaiting(String offset, String repository) throws Exception {
    String uploads = "PUT /v2/" + repository + "/blobs/.*";
    registry.failAll(uploads, Fault.delay(Duration.ofHours(1)));
    Path output = directory.resolve(repository);
    String to = "docker://" + registry.host() + "/" + repository + ":v";
    Process process =
        cli.with("CLOCK_OFFSET", offset).start(output, "rechunk", "-q", "oci:DIR/os:1", to);
    while (process.isAlive() && registry.requests(uploads).isEmpty()) {
      Thread.sleep(10);
    }
    assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
    return process;
  }

  @Test
  void scratchFilesAreKeptWhileTheirRunLivesWhateverTheClock() throws Exception {
    Process past = startWaiting(PAST, "past");
    Process future = startWaiting(FUTURE, "future");
    List<Path> scratch = cli.scratch();
    try {
      assertThat(scratch).hasSize(2);
      for (String offset : List.of(PAST, FUTURE)) {
        requireDone(start(offset));
        assertThat(cli.scratch()).hasSameElementsAs(scratch);
      }
    } finally {
      past.destroyForcibly().waitFor();
      future.destroyForcibly().waitFor();
    }
    requireDone(start(PAST));
    assertThat(cli.scratch()).isEmpty();
  }
}
