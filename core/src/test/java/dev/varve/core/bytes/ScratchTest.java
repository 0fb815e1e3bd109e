package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScratchTest {
  @TempDir private Path directory;

  @Test
  void noDirectoryIsMadeBeforeItIsNeeded() {
    new Scratch(directory.resolve("parent")).close();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void closingRemovesTheDirectoryWithItsContents() throws IOException {
    Path parent = directory.resolve("parent");
    try (Scratch scratch = new Scratch(parent)) {
      fill(scratch.directory("layers"));
      assertThat(scratch.directory("layers").startsWith(parent)).isTrue();
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void theEmptyDirectoryOfARunKilledBeforeItsClaimIsRemoved() throws IOException {
    String ended = "varve-99999999-1-00000000-";
    assertThat(Owner.of(ended + "old")).as("an owner's name").isPresent();
    FileTime longAgo = FileTime.from(Instant.now().minusSeconds(7200));
    Path old = Files.createDirectory(directory.resolve(ended + "old"));
    Path recent = Files.createDirectory(directory.resolve(ended + "new"));
    Path full = Files.createDirectory(directory.resolve(ended + "full"));
    Path others = Files.createDirectory(directory.resolve("varve-docs"));
    Files.createFile(full.resolve("file"));
    for (Path each : List.of(old, full, others)) {
      Files.setLastModifiedTime(each, longAgo);
    }
    try (Scratch scratch = new Scratch(directory)) {
      scratch.directory("layers");
      assertThat(old).doesNotExist();
    }
    assertThat(directory).isDirectoryNotContaining(path -> path.equals(old));
    assertThat(List.of(recent, full, others)).allMatch(Files::exists);
  }

  @Test
  void targetsOfSymbolicLinksAreKept() throws IOException {
    Path kept = Files.writeString(directory.resolve("kept"), "kept");
    try (Scratch scratch = new Scratch(directory.resolve("parent"))) {
      Path made = scratch.directory("tree");
      Files.createSymbolicLink(made.resolve("file"), kept);
      Files.createSymbolicLink(made.resolve("directory"), directory);
    }
    assertThat(kept).hasContent("kept");
  }

  @Test
  void aClosedScratchRefusesNewDirectories() throws IOException {
    Scratch scratch = new Scratch(directory.resolve("parent"));
    scratch.directory("layers");
    scratch.close();
    assertThatThrownBy(() -> scratch.directory("layers"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it was closed");
    assertThat(directory.resolve("parent")).isEmptyDirectory();
  }

  /** A run was killed after it had created its directory, or its claim without the content. */
  @ParameterizedTest
  @CsvSource({"false, 2, false", "true, 2, false", "false, 0, true", "true, 0, true"})
  void theDirectoryOfARunThatWasKilledBeforeItsClaimIsRemovedAfterAnHour(
      boolean begun, int hours, boolean kept) throws IOException {
    Path parent = Files.createDirectories(directory.resolve("parent"));
    Owner ended = new Owner(1, 1, "00000000"); // of another boot
    Path left = Files.createDirectory(parent.resolve(ended + "-123"));
    if (begun) {
      Files.createFile(left.resolve(ended + "-scratch-456"));
    }
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofHours(hours))));
    try (Scratch scratch = new Scratch(parent)) {
      scratch.root();
      assertThat(Files.exists(left)).isEqualTo(kept);
    }
  }

  /** A signal may close the run's scratch directory while an engine closes its own below it. */
  @RepeatedTest(20)
  void anOuterAndAnInnerScratchMayBeClosedAtOnce() throws Exception {
    Path parent = directory.resolve("parent");
    Scratch outer = new Scratch(parent);
    Scratch inner = new Scratch(outer.directory("engine"));
    for (int i = 0; i < 20; i++) {
      fill(inner.directory("blobs"));
    }
    CyclicBarrier together = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> first = threads.submit(() -> closeWith(together, outer));
      Future<?> second = threads.submit(() -> closeWith(together, inner));
      first.get();
      second.get();
    } finally {
      threads.shutdownNow();
    }
    assertThat(parent).isEmptyDirectory();
  }

  private static Void closeWith(CyclicBarrier together, Scratch scratch) throws Exception {
    together.await();
    scratch.close();
    return null;
  }

  private static void fill(Path made) throws IOException {
    for (int i = 0; i < 20; i++) {
      Files.writeString(made.resolve("file" + i), "content");
    }
  }
}
