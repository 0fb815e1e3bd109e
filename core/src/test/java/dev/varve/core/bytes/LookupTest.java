package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LookupTest {
  @TempDir private Path directory;

  @Test
  void filesAndDirectoriesAreTold() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    assertThat(Lookup.exists(file)).isTrue();
    assertThat(Lookup.isFile(file)).isTrue();
    assertThat(Lookup.isDirectory(file)).isFalse();
    assertThat(Lookup.exists(directory)).isTrue();
    assertThat(Lookup.isFile(directory)).isFalse();
    assertThat(Lookup.isDirectory(directory)).isTrue();
    assertThat(Lookup.isFile(link)).isTrue();
    assertThat(Lookup.isFile(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void nothingIsInAMissingDirectoryOrInAFile() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    for (Path missing :
        new Path[] {directory.resolve("none/file"), file.resolve("a"), file.resolve("a/b")}) {
      assertThat(Lookup.exists(missing)).isFalse();
      assertThat(Lookup.isFile(missing)).isFalse();
      assertThat(Lookup.isDirectory(missing)).isFalse();
    }
  }

  /** A link to itself can't be looked up, like a file on a disk that fails. */
  @Test
  void aFileThatCantBeLookedUpIsNotMissing() throws IOException {
    Path loop = directory.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    assertThatThrownBy(() -> Lookup.exists(loop))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(loop + ": Too many levels of symbolic links");
    assertThatThrownBy(() -> Lookup.isFile(loop)).isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> Lookup.createDirectories(loop))
        .isInstanceOf(FileSystemException.class)
        .isNotInstanceOf(FileAlreadyExistsException.class);
    assertThat(Lookup.exists(loop, LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void directoriesAreCreatedUnlessTheyExist() throws IOException {
    Path made = Lookup.createDirectories(directory.resolve("a/b"));
    assertThat(made).isDirectory();
    assertThat(Lookup.createDirectories(made)).isEqualTo(made);
  }
}
