package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.Progress;
import dev.varve.core.process.StepRunner;
import dev.varve.runner.Elevation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageNeedsTest {
  private static final Instant BEFORE = Instant.parse("2026-11-28T00:00:00Z");
  private static final Instant AFTER = Instant.parse("2028-01-04T12:00:00Z");

  @TempDir private Path directory;
  private Path root;
  private final List<String> notices = new ArrayList<>();

  /**
   * Unpacks a database that {@code make.sh} made, with changelog entries of 2026-12-27, 2026-12-28
   * and 2027-01-03.
   */
  static Path week53(Path directory) throws IOException {
    Path database = directory.resolve("week53.sqlite");
    try (InputStream in =
        new GZIPInputStream(
            Files.newInputStream(Path.of("src/test/fixtures/week53/rpmdb.sqlite.gz")))) {
      Files.copy(in, database);
    }
    return database;
  }

  @BeforeEach
  void makeATree() throws IOException {
    root = Files.createDirectory(directory.resolve("a tree"));
    Files.createDirectories(root.resolve("usr/share/rpm"));
    Files.copy(week53(directory), root.resolve("usr/share/rpm/rpmdb.sqlite"));
    kernel("6.17.4");
  }

  private void kernel(String version) throws IOException {
    Path kernels = Files.createDirectories(root.resolve("usr/lib/modules").resolve(version));
    Files.writeString(kernels.resolve("vmlinuz"), "a kernel");
  }

  private List<String> lacking(Instant now) throws IOException {
    try (StepRunner steps = new StepRunner(Progress.SILENT)) {
      return new ImageNeeds(root.toString(), Elevation.NONE, steps)
          .lacking(Files.createTempDirectory(directory, "scratch"), now, notices::add);
    }
  }

  @Test
  void anImageWithOneKernelAndADatabaseLacksNothing() throws IOException {
    Files.createDirectories(root.resolve("usr/lib/modules/6.17.3/kernel"));

    assertThat(lacking(AFTER)).isEmpty();
    assertThat(notices).isEmpty();
  }

  @Test
  void theEntryWithTheLatestEndOfFailureIsNamed() throws IOException {
    assertThat(lacking(BEFORE))
        .containsExactly(
            "the changelog of winter has an entry of 2027-01-03, in an ISO week 53, at which"
                + " hhd-dev/rechunk up to 1.2.4 fails with an IndexError until the entry is older"
                + " than 365 days (2028-01-04)");
  }

  @Test
  void exactlyOneKernelIsRequired() throws IOException {
    kernel("6.17.10");
    assertThat(lacking(AFTER))
        .containsExactly(
            "it has 2 kernels in /usr/lib/modules/ (6.17.10, 6.17.4), but ostree supports only"
                + " one");
    Files.delete(root.resolve("usr/lib/modules/6.17.10/vmlinuz"));
    Files.delete(root.resolve("usr/lib/modules/6.17.4/vmlinuz"));
    assertThat(lacking(AFTER))
        .containsExactly("it has no kernel (/usr/lib/modules/*/vmlinuz), but ostree needs one");
  }

  @Test
  void aDatabaseElsewhereIsAFailureEvenWithALinkToIt() throws IOException {
    Files.createDirectories(root.resolve("usr/lib/sysimage"));
    Files.move(root.resolve("usr/share/rpm"), root.resolve("usr/lib/sysimage/rpm"));
    String expected =
        "its RPM database is in /usr/lib/sysimage/rpm, but hhd-dev/rechunk only reads"
            + " /usr/share/rpm/rpmdb.sqlite, and follows no link to it";
    assertThat(lacking(BEFORE)).containsExactly(expected);
    Files.createSymbolicLink(root.resolve("usr/share/rpm"), Path.of("../lib/sysimage/rpm"));
    assertThat(lacking(BEFORE)).containsExactly(expected);
    Files.delete(root.resolve("usr/lib/sysimage/rpm/rpmdb.sqlite"));
    assertThat(lacking(BEFORE))
        .containsExactly(
            "it has no RPM database, but hhd-dev/rechunk only reads /usr/share/rpm/rpmdb.sqlite,"
                + " and follows no link to it");
  }

  @Test
  void unreadableChangelogsAreReported() throws IOException {
    Files.writeString(root.resolve("usr/share/rpm/rpmdb.sqlite"), "no database");

    assertThat(lacking(BEFORE)).isEmpty();
    assertThat(notices)
        .singleElement()
        .asString()
        .startsWith(
            "the changelogs in /usr/share/rpm/rpmdb.sqlite can't be read, so"
                + " hhd-dev/rechunk may fail at one: ");
  }
}
