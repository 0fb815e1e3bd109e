package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.Digest;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills copies to and from distribution's registry halfway by SIGKILL, which leaves no time to
 * clean up. The older image at the destination must stay complete, and the next run must transfer
 * the rest only.
 */
@Tag("judge")
final class KilledCopyJudgeTest {
  private static final int LAYERS = 12;
  private static final int LAYER = 1_000_000;

  /** With six parallel transfers, at least two of the twelve blobs are complete by then. */
  private static final long HALF = 8_000_000;

  private static final Pattern BLOB_DONE =
      Pattern.compile("\"PUT /v2/os/blobs/uploads/\\S* HTTP/1.1\" 201");

  private static final Pattern BLOB_READ =
      Pattern.compile("\"GET /v2/os/blobs/sha256:([0-9a-f]{64}) ");

  @TempDir private Path directory;
  private RealRegistry registry;
  private Cli cli;
  private Digest older;
  private Digest newer;

  @BeforeEach
  void setUp() throws IOException {
    registry = RealRegistry.start();
    cli = new Cli(directory);
    older = new Sample().file("a", "old").writeTo(directory.resolve("images"), "older").digest();
    Sample large = new Sample();
    for (int i = 0; i < LAYERS; i++) {
      large.file("file" + i, Character.toString('a' + i).repeat(LAYER));
    }
    newer = large.writeTo(directory.resolve("images"), "newer").digest();
  }

  @AfterEach
  void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  private void run(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private void copy(String from, String to) {
    run("copy", "-q", from, to);
  }

  private Digest digest(String reference) throws IOException {
    return Digest.parse(cli.run("inspect", reference, "--json", "-q").json().string("digest"));
  }

  /**
   * Kills a copy when the proxy stalls and some of its blobs are done, as {@code done} counts them.
   */
  private void copyAndKill(
      StallingProxy proxy, Callable<Long> done, String from, String to, String... options)
      throws Exception {
    List<String> line = new ArrayList<>(List.of("copy", "-q", from, to));
    line.addAll(List.of(options));
    Process process = cli.start(directory.resolve("out"), line.toArray(String[]::new));
    try {
      proxy.awaitStall();
      long finished = done.call();
      for (int i = 0; finished < 2 && i < 500; i++) {
        Thread.sleep(20);
        finished = done.call();
      }
      assertThat(finished).isBetween(2L, LAYERS - 1L);
      assertThat(process.isAlive()).as(Files.readString(directory.resolve("out"))).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void theNextRunCompletesAKilledUpload() throws Exception {
    String destination = "docker://" + registry.host() + "/os:x";
    copy("oci:DIR/images:older", destination);
    long before = blobsDone();
    try (StallingProxy proxy = new StallingProxy(registry.host(), HALF)) {
      copyAndKill(
          proxy,
          () -> blobsDone() - before,
          "oci:DIR/images:newer",
          "docker://" + proxy.host() + "/os:x");
    }
    assertThat(digest(destination)).isEqualTo(older);
    try (StallingProxy proxy = new StallingProxy(registry.host(), Long.MAX_VALUE)) {
      copy("oci:DIR/images:newer", "docker://" + proxy.host() + "/os:x");
      assertThat(proxy.passed()).isBetween(1L * LAYER, (LAYERS - 1L) * LAYER);
    }
    assertThat(digest(destination)).isEqualTo(newer);
    copy(destination, "oci:DIR/back:x"); // reads and verifies all blobs
    assertThat(digest("oci:DIR/back:x")).isEqualTo(newer);
  }

  private long blobsDone() throws IOException {
    return BLOB_DONE.matcher(registry.log()).results().count();
  }

  @Test
  void theNextRunCompletesAKilledDownload() throws Exception {
    copy("oci:DIR/images:newer", "docker://" + registry.host() + "/os:x");
    copy("oci:DIR/images:older", "oci:DIR/layout:x");
    try (StallingProxy proxy = new StallingProxy(registry.host(), HALF)) {
      copyAndKill(
          proxy, this::blobsStaged, "docker://" + proxy.host() + "/os:x", "oci:DIR/layout:x");
    }
    assertThat(digest("oci:DIR/layout:x")).isEqualTo(older);
    try (StallingProxy proxy = new StallingProxy(registry.host(), Long.MAX_VALUE)) {
      copy("docker://" + proxy.host() + "/os:x", "oci:DIR/layout:x");
      assertThat(proxy.passed()).isBetween(1L * LAYER, (LAYERS - 1L) * LAYER);
    }
    assertThat(digest("oci:DIR/layout:x")).isEqualTo(newer);
    assertThat(
            cli.run("verify-content", "-q", "oci:DIR/layout:x", "oci:DIR/images:newer").exitCode())
        .isZero();
    try (Stream<Path> files = Files.list(directory.resolve("layout"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("blobs", "index.json", "oci-layout");
    }
  }

  @Test
  void theNextRunCompletesAKilledUpdateByADelta() throws Exception {
    String old = "oci:DIR/images:before";
    String repository = "docker://" + registry.host() + "/os";
    image("before", 0);
    Digest after = image("after", 1);
    copy("oci:DIR/images:after", repository + ":x");
    run("delta", "create", "-q", old, "oci:DIR/images:after", "oci:DIR/delta");
    run("delta", "create", "-q", old, repository + ":x", repository);
    copy("oci:DIR/images:older", "oci:DIR/layout:x");
    long staged;
    try (StallingProxy proxy = new StallingProxy(registry.host(), Long.MAX_VALUE)) {
      // Six layers at most are rebuilt at once. After the config, eight tar-diffs are read.
      proxy.stallAt("GET /v2/os/blobs/", 9);
      String from = "docker://" + proxy.host() + "/os:x";
      copyAndKill(proxy, this::blobsStaged, from, "oci:DIR/layout:x", "--from", old);
      staged = blobsStaged();
    }
    long read = tarDiffsRead();
    assertThat(read).isEqualTo(8);

    run("copy", "-q", repository + ":x", "oci:DIR/layout:x", "--from", old);

    assertThat(tarDiffsRead() - read).isEqualTo(LAYERS - staged);
    assertThat(digest("oci:DIR/layout:x")).isEqualTo(after);
  }

  private Digest image(String tag, int change) throws IOException {
    Sample sample = new Sample();
    for (int i = 0; i < LAYERS; i++) {
      byte[] content = new byte[LAYER];
      new Random(i).nextBytes(content);
      content[LAYER / 2] += (byte) change;
      sample.file("usr/lib/file" + i, content);
    }
    return sample.writeTo(directory.resolve("images"), tag).digest();
  }

  /** Returns how often a blob was read that the delta has, and the image has not. */
  private long tarDiffsRead() throws IOException {
    return BLOB_READ
        .matcher(registry.log())
        .results()
        .map(result -> "blobs/sha256/" + result.group(1))
        .filter(blob -> Files.exists(directory.resolve("delta").resolve(blob)))
        .filter(blob -> !Files.exists(directory.resolve("images").resolve(blob)))
        .count();
  }

  /** Returns the number of layers that are complete in the layout, but not published. */
  private long blobsStaged() throws IOException {
    AtomicLong complete = new AtomicLong();
    Files.walkFileTree(
        directory.resolve("layout"),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().contains(".varve-")
                && file.getFileName().toString().matches("[0-9a-f]{64}")
                && attributes.size() >= LAYER) {
              complete.incrementAndGet();
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE; // files are renamed during the walk
          }
        });
    return complete.get();
  }
}
