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
 * A copy to or from distribution's registry that is killed (by SIGKILL: nothing tidies up) half the
 * way, in the place of an older image: that stays what it is, and the next run does the rest.
 */
@Tag("judge")
final class KilledCopyJudgeTest {
  private static final int LAYERS = 12;
  private static final int LAYER = 1_000_000;

  /** With six blobs at once on their way, two of twelve are through at least. */
  private static final long HALF = 8_000_000;

  private static final Pattern BLOB_DONE =
      Pattern.compile("\"PUT /v2/os/blobs/uploads/\\S* HTTP/1.1\" 201");

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

  private void copy(String from, String to) {
    Run run = cli.run("copy", "-q", from, to);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private Digest digest(String reference) throws IOException {
    return Digest.parse(cli.run("inspect", reference, "--json", "-q").json().string("digest"));
  }

  /** Kills a copy when the link is jammed and some of it, by that account, is done. */
  private void copyAndKill(JammedLink link, Callable<Long> done, String from, String to)
      throws Exception {
    Process process = cli.start(directory.resolve("out"), "copy", "-q", from, to);
    try {
      link.awaitJam();
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
  void anUpload() throws Exception {
    String there = "docker://" + registry.host() + "/os:x";
    copy("oci:DIR/images:older", there);
    long before = blobsDone();
    try (JammedLink link = new JammedLink(registry.host(), HALF)) {
      copyAndKill(
          link,
          () -> blobsDone() - before,
          "oci:DIR/images:newer",
          "docker://" + link.host() + "/os:x");
    }
    assertThat(digest(there)).isEqualTo(older);
    try (JammedLink link = new JammedLink(registry.host(), Long.MAX_VALUE)) {
      copy("oci:DIR/images:newer", "docker://" + link.host() + "/os:x");
      assertThat(link.passed()).isBetween(1L * LAYER, (LAYERS - 1L) * LAYER);
    }
    assertThat(digest(there)).isEqualTo(newer);
    copy(there, "oci:DIR/back:x"); // reads all of it
    assertThat(digest("oci:DIR/back:x")).isEqualTo(newer);
  }

  private long blobsDone() throws IOException {
    return BLOB_DONE.matcher(registry.log()).results().count();
  }

  @Test
  void aDownload() throws Exception {
    copy("oci:DIR/images:newer", "docker://" + registry.host() + "/os:x");
    copy("oci:DIR/images:older", "oci:DIR/layout:x");
    try (JammedLink link = new JammedLink(registry.host(), HALF)) {
      copyAndKill(link, this::blobsStaged, "docker://" + link.host() + "/os:x", "oci:DIR/layout:x");
    }
    assertThat(digest("oci:DIR/layout:x")).isEqualTo(older);
    try (JammedLink link = new JammedLink(registry.host(), Long.MAX_VALUE)) {
      copy("docker://" + link.host() + "/os:x", "oci:DIR/layout:x");
      assertThat(link.passed()).isBetween(1L * LAYER, (LAYERS - 1L) * LAYER);
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

  /** How many layers are whole in the layout, but not published. */
  private long blobsStaged() throws IOException {
    AtomicLong whole = new AtomicLong();
    Files.walkFileTree(
        directory.resolve("layout"),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().contains(".varve-")
                && file.getFileName().toString().matches("[0-9a-f]{64}")
                && attributes.size() >= LAYER) {
              whole.incrementAndGet();
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE; // files get their names while others are looked at
          }
        });
    return whole.get();
  }
}
