package dev.varve.core.tar;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TarEntryTest {
  @ParameterizedTest
  @ValueSource(strings = {"/a", "a/", "a//b", "./a", "a/.", "..", "a/../b", "a\0b"})
  void aPathThatIsNotNormalIsRefused(String path) {
    assertRefused(() -> entry(path, TarEntry.Type.FILE, 0, ""), "its path is not normal");
    assertRefused(
        () -> entry("a", TarEntry.Type.HARD_LINK, 0, path),
        path.contains("\0")
            ? "it can't link to 'a?b'"
            : "the path of the linked file is not normal");
  }

  @Test
  void onlyADirectoryCanBeTheRoot() {
    assertRefused(() -> entry("", TarEntry.Type.FILE, 0, ""), "only a directory can be the root");
  }

  @Test
  void onlyFilesHaveContentAndOnlyLinksHaveTargets() {
    assertRefused(() -> entry("a", TarEntry.Type.DIRECTORY, 1, ""), "it can't have 1 bytes");
    assertRefused(() -> entry("a", TarEntry.Type.FILE, -1, ""), "it can't have -1 bytes");
    assertRefused(() -> entry("a", TarEntry.Type.FILE, 0, "b"), "it can't link to 'b'");
    assertRefused(() -> entry("a", TarEntry.Type.SYMLINK, 0, ""), "it can't link to ''");
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertRefused(() -> entry(010000, 0, 0, 0), "its mode is out of range: 010000");
    assertRefused(() -> entry(0, -1, 0, 0), "its owner is negative: -1:0");
    assertRefused(() -> entry(0, 0, 1_000_000_000, 0), "nanoseconds are out of range: 1000000000");
    assertRefused(() -> entry(0, 0, 0, 8), "it can't have device number 8:0");
  }

  private static TarEntry entry(String path, TarEntry.Type type, long size, String target) {
    return Archives.entry(path, type, size, target);
  }

  private static TarEntry entry(int mode, long uid, int nanos, int major) {
    return new TarEntry(
        "a", TarEntry.Type.FILE, mode, uid, 0, 0, 0, nanos, "", Xattrs.EMPTY, major, 0);
  }

  private static void assertRefused(ThrowingCallable making, String problem) {
    assertThatThrownBy(making)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tar entry '")
        .hasMessageContaining("': " + problem);
  }
}
