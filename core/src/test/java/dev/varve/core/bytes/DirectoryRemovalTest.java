package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryRemovalTest {
  @TempDir private Path directory;

  private Path filled() throws IOException {
    Path top = directory.resolve("top");
    for (int i = 0; i < 10; i++) {
      Path inner = Files.createDirectories(top.resolve("a" + i).resolve("b"));
      Files.writeString(inner.resolve("file"), "content");
    }
    return top;
  }

  @Test
  void aDirectoryIsRemovedWithItsContents() throws IOException {
    DirectoryRemoval.remove(filled());

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void targetsOfSymbolicLinksAreKept() throws IOException {
    Path kept = Files.writeString(directory.resolve("kept"), "kept");
    Path top = filled();
    Files.createSymbolicLink(top.resolve("file"), kept);
    Files.createSymbolicLink(top.resolve("directory"), directory);
    Files.createSymbolicLink(top.resolve("dangling"), directory.resolve("nothing"));

    DirectoryRemoval.remove(top);

    assertThat(directory).isDirectoryContaining(kept::equals);
    assertThat(top).doesNotExist();
  }

  @Test
  void removingAMissingDirectoryDoesNothing() throws IOException {
    DirectoryRemoval.remove(directory.resolve("nothing"));

    assertThat(directory).isEmptyDirectory();
  }

  /** A name that is too long can't be looked up, like a directory on a disk that fails. */
  @Test
  void aKeptDirectoryThatCantBeReadIsNotTakenForAnEmptyOne() throws IOException {
    Path unreadable = directory.resolve("x".repeat(256));
    assertThat(DirectoryRemoval.removeAllBut(unreadable, path -> true))
        .get(THROWABLE)
        .hasMessage(unreadable + ": File name too long");
    Path missing = directory.resolve("nothing");
    assertThat(DirectoryRemoval.removeAllBut(missing, path -> true)).isEmpty();
  }

  @Test
  void aKeptFileStaysWithItsParents() throws IOException {
    Path top = filled();
    Path kept = top.resolve("a3/b/file");

    assertThat(DirectoryRemoval.removeAllBut(top, kept::equals))
        .get(THROWABLE)
        .hasMessage(top.resolve("a3/b").toString());
    assertThat(kept).hasContent("content");
    assertThat(top).isDirectoryNotContaining(path -> !path.endsWith("a3"));
  }

  @RepeatedTest(20)
  void severalThreadsMayRemoveOneDirectory() throws Exception {
    Path top = filled();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> first = threads.submit(() -> removed(top));
      Future<?> second = threads.submit(() -> removed(top));
      first.get();
      second.get();
    } finally {
      threads.shutdownNow();
    }
    assertThat(directory).isEmptyDirectory();
  }

  private static Void removed(Path top) throws IOException {
    DirectoryRemoval.remove(top);
    return null;
  }
}
