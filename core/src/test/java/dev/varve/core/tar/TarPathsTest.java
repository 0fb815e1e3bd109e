package dev.varve.core.tar;

import static dev.varve.core.tar.Archives.assertMalformed;
import static dev.varve.core.tar.Archives.one;
import static dev.varve.core.tar.Archives.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.tar.Archives.Item;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of entries, and targets of links. */
final class TarPathsTest {
  @ParameterizedTest
  @CsvSource({
    "./a/b, a/b",
    "/a/b, a/b",
    "a//b, a/b",
    "a/./b, a/b",
    "././/a, a",
    "a/.b, a/.b",
    "a/..b, a/..b",
    "a/b..., a/b...",
    "usr/lib/../share/d, usr/share/d",
    "a/../b, b",
    "/../a, a",
    "a/b/../../c/./../d, d"
  })
  void pathsAreNormalized(String name, String path) throws IOException {
    assertThat(one(raw('0', name, "")).entry().path()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "./", "/", "//", "./.", "a/..", "/.."})
  void theRootIsTheEmptyPath(String name) throws IOException {
    assertThat(one(raw('5', name, "")).entry().path()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../a", "a/../../b", "./..", "a/b/../../../c"})
  void aPathThatLeavesTheRootIsRefused(String name) {
    assertMalformed(raw('0', name, ""), 0, "(" + name + "): the path leaves the root: " + name);
  }

  @Test
  void aHardLinkThatLeavesTheRootIsRefused() {
    assertMalformed(
        raw('1', "a", "../etc/shadow", new byte[0]),
        0,
        "(a): the link's target leaves the root: ../etc/shadow");
  }

  @Test
  void theTargetOfAHardLinkIsNormalized() throws IOException {
    assertThat(one(raw('1', "b", "./usr/lib/../share/a", new byte[0])).entry().linkTarget())
        .isEqualTo("usr/share/a");
  }

  @Test
  void aSymlinkMayPointAnywhere() throws IOException {
    Item link = one(raw('2', "a", "../.././/x/", new byte[0]));
    assertThat(link.entry().linkTarget()).isEqualTo("../.././/x/");
  }

  @Test
  void aHardLinkToAnAbsolutePathIsMadeRelative() throws IOException {
    assertThat(one(raw('1', "a", "/./b/", new byte[0])).entry().linkTarget()).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(chars = {'1', '2'})
  void aLinkToNothingIsRefused(char flag) {
    assertMalformed(raw(flag, "a", ""), 0, "(a): its link target is empty");
  }

  @Test
  void aFileWithoutANameIsRefused() {
    assertMalformed(raw('0', "", "x"), 0, ": it has no name");
  }

  @Test
  void oddNamesAreShownOnOneLine() {
    assertMalformed(
        raw('0', "a\nb\u00e9\u001b/../..", ""),
        0,
        "(a?b??/../..): the path leaves the root: a?b??/../..");
  }
}
