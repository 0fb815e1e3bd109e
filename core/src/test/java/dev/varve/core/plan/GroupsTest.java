package dev.varve.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupsTest {
  private static final String META =
      """
      version: 1
      distro: fedora
      max_layers: 40

      meta:
        # One file, too small for a layer of its own
        greeter:
          files:
            - /usr/bin/greeter
          dedicated: False
        kernel:
          packages:
            - kernel*
            - kmod-*
          files:
            - /usr/lib/modules/*ko.xz
        kernel-tools:
          packages:
            - kernel-tools
        boot:
          files:
            - "*grubx64.efi"
        empty: {}
      """;

  @Test
  void theFormatOfRechunkIsReadDespiteUnknownFields() throws IOException {
    Groups groups = Groups.parse(META, "meta.yml");

    assertThat(file(groups, "usr/bin/greeter")).contains("greeter");
    assertThat(file(groups, "usr/lib/modules/6.11.4/kernel/fs/ext4.ko.xz")).contains("kernel");
    assertThat(file(groups, "boot/efi/EFI/fedora/grubx64.efi")).contains("boot");
    assertThat(file(groups, "usr/bin/greeter2")).isEmpty();
    assertThat(pkg(groups, "kernel-core")).contains("kernel");
    assertThat(pkg(groups, "kmod-nvidia")).contains("kernel");
    assertThat(pkg(groups, "akmods")).isEmpty();
  }

  @Test
  void theFirstMatchingGroupHasThePackage() throws IOException {
    assertThat(pkg(Groups.parse(META, "meta.yml"), "kernel-tools")).contains("kernel");
  }

  @Test
  void aGroupIsDedicatedByDefault() throws IOException {
    Groups groups = Groups.parse(META, "meta.yml");

    assertThat(groups.ofFile("usr/bin/greeter").map(Groups.Group::dedicated)).contains(false);
    assertThat(groups.ofPackage("kernel").map(Groups.Group::dedicated)).contains(true);
  }

  @Test
  void noGroupsClaimNothing() {
    assertThat(file(Groups.NONE, "usr/bin/greeter")).isEmpty();
    assertThat(pkg(Groups.NONE, "kernel")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "*, '', true",
    "/usr/*, /usr/lib/deep/file, true",
    "/usr/*, /usr, false",
    "a?c, abc, true",
    "a?c, ac, false",
    "?, '/', true",
    "?, 😀, true",
    "😀*, 😀!, true",
    "a**c, abbc, true",
    "[abc], b, true",
    "[abc], d, false",
    "[!abc], d, true",
    "[!abc], b, false",
    "[a-cx], b, true",
    "[a-cx], x, true",
    "[a-cx], d, false",
    "[!a-c], d, true",
    "[]a], ], true",
    "[]a], a, true",
    "[!]a], b, true",
    "[!]a], ], false",
    "[^a], ^, true",
    "[^a], b, false",
    "[a^], ^, true",
    "[a-], -, true",
    "[-a], -, true",
    "[z-a], m, false",
    "[!z-a], m, true",
    "[a&&b], &, true",
    "[a&&b], b, true",
    "[[a], '[', true",
    "[\\d], d, true",
    "[\\d], 1, false",
    "[\\], \\, true",
    "[abc, '[abc', true",
    "[], [], true",
    "[!], [!], true",
    "[!, '[!', true",
    "a.b, axb, false",
    "a+, aa, false",
    "(a|b), a, false",
    "a\\Eb, a\\Eb, true",
    "KDE, kde, false",
  })
  void globsMatchAsPythonsFnmatchDoes(String glob, String text, boolean matches) {
    assertThat(Groups.glob(glob).test(text)).isEqualTo(matches);
  }

  @Test
  void aStarMatchesLineBreaksAndBytesThatAreNotUtf8() {
    assertThat(Groups.glob("/a*z").test("/a\n\uDCE9z")).isTrue();
    assertThat(Groups.glob("/a?z").test("/a\uDCE9z")).isTrue();
  }

  @Property(tries = 2000)
  void everyGlobMatchesAsTheDefinitionOfFnmatch(
      @ForAll
          @Chars({'a', 'b', 'c', '*', '?', '[', ']', '!', '-', '^', '\\', '&'})
          @StringLength(max = 8)
          String glob,
      @ForAll @Chars({'a', 'b', 'c', '-', ']', '^', '&'}) @StringLength(max = 4) String text) {
    assertThat(Groups.glob(glob).test(text)).isEqualTo(matches(glob, text));
  }

  /** Returns whether a glob matches, by the definition of fnmatch, character by character. */
  private static boolean matches(String glob, String text) {
    if (glob.isEmpty()) {
      return text.isEmpty();
    }
    String rest = glob.substring(1);
    if (glob.charAt(0) == '*') {
      return matches(rest, text) || (!text.isEmpty() && matches(glob, text.substring(1)));
    }
    if (text.isEmpty()) {
      return false;
    }
    String tail = text.substring(1);
    char c = text.charAt(0);
    if (glob.charAt(0) == '?') {
      return matches(rest, tail);
    }
    int from = glob.startsWith("[!") ? 2 : 1;
    int close = glob.charAt(0) == '[' ? glob.indexOf(']', from + 1) : -1;
    if (close < 0) {
      return glob.charAt(0) == c && matches(rest, tail);
    }
    boolean in = isIn(glob.substring(from, close), c);
    return in == (from == 1) && matches(glob.substring(close + 1), tail);
  }

  private static boolean isIn(String set, char c) {
    if (set.isEmpty()) {
      return false;
    }
    if (set.length() > 2 && set.charAt(1) == '-') {
      return (set.charAt(0) <= c && c <= set.charAt(2)) || isIn(set.substring(3), c);
    }
    return set.charAt(0) == c || isIn(set.substring(1), c);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | a mapping in the file, got nothing",
        "'# only a comment' | a mapping in the file, got nothing",
        "just text | a mapping in the file, got just text",
        "- a | a mapping in the file, got a list",
        "'version: 1' | a mapping in meta, got nothing",
        "'meta: [a]' | a mapping in meta, got a list",
        "'meta: {kernel: }' | a mapping in meta.kernel, got nothing",
        "'meta: {k: {packages: kernel}}' | a list of patterns in meta.k.packages, got kernel",
        "'meta: {k: {files: {a: b}}}' | a list of patterns in meta.k.files, got a mapping",
        "'meta: {k: {files: [a, ]}}' | ",
        "'meta: {k: {files: [a, ~]}}' | a pattern in meta.k.files[1], got nothing",
        "'meta: {k: {packages: [on]}}' | a pattern in meta.k.packages[0], got true",
        "'meta: {k: {packages: [[a]]}}' | a pattern in meta.k.packages[0], got a list",
        "'meta: {k: {dedicated: maybe}}' | true or false in meta.k.dedicated, got maybe",
        "'meta: {k: {dedicated: 1}}' | true or false in meta.k.dedicated, got 1",
      })
  void aValueOfAnotherTypeIsNamed(String yaml, String expected) throws IOException {
    if (expected == null) {
      assertThat(file(Groups.parse(yaml, "meta.yml"), "x")).isEmpty();
      return;
    }
    assertThatThrownBy(() -> Groups.parse(yaml, "meta.yml"))
        .isInstanceOf(IOException.class)
        .hasMessage("reading groups from meta.yml: expected " + expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "meta: {",
        "meta:\n\t- a",
        "meta: *nowhere",
        "meta: !!java.lang.ProcessBuilder [[id]]",
        "a: 1\n---\nb: 2",
        "meta: \u0000",
        "? [a\n: b",
        "&a [*a",
      })
  void malformedYamlIsAnErrorThatNamesTheFile(String yaml) {
    assertThatThrownBy(() -> Groups.parse(yaml, "my/meta.yml"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("reading groups from my/meta.yml: ");
  }

  @Test
  void aliasesAreResolved() throws IOException {
    Groups groups =
        Groups.parse(
            """
            common: &fonts
              packages: [dejavu*]
              dedicated: false
            meta:
              fonts: *fonts
            """,
            "meta.yml");

    assertThat(groups.ofPackage("dejavu-sans").map(Groups.Group::dedicated)).contains(false);
  }

  @Test
  void aMappingThatContainsItselfIsRefused() {
    assertThatThrownBy(() -> Groups.parse("meta: &m {g: {packages: *m}}", "meta.yml"))
        .hasMessage(
            "reading groups from meta.yml: expected a list of patterns in meta.g.packages,"
                + " got a mapping");
  }

  @Test
  void aBombOfAliasesIsRefused() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      yaml.append("a%d: &a%d [".formatted(i, i))
          .append("*a%d, ".formatted(i - 1).repeat(9))
          .append("]\n");
    }
    yaml.append("meta: {g: {packages: *a11}}\n");

    assertThatThrownBy(() -> Groups.parse(yaml.toString(), "meta.yml"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("reading groups from meta.yml: ");
  }

  @Test
  void excessiveNestingIsRefused() {
    assertThatThrownBy(() -> Groups.parse("meta: " + "[".repeat(100_000), "meta.yml"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("reading groups from meta.yml: ");
  }

  @Property(tries = 2000)
  void anyTextEitherParsesOrIsAnErrorThatNamesTheFile(
      @ForAll
          @Chars({'a', '1', ':', ' ', '\n', '-', '[', ']', '{', '}', '&', '*', '!', '"', '0'})
          @StringLength(max = 30)
          String text) {
    try {
      Groups.parse("meta: {g: {files: [" + text, "meta.yml");
      Groups.parse(text, "meta.yml");
    } catch (IOException e) {
      assertThat(e).hasMessageStartingWith("reading groups from meta.yml: ");
    }
  }

  private static Optional<String> file(Groups groups, String path) {
    return groups.ofFile(path).map(Groups.Group::name);
  }

  private static Optional<String> pkg(Groups groups, String name) {
    return groups.ofPackage(name).map(Groups.Group::name);
  }

  @Test
  void aGroupThatOccursTwiceIsRefused() {
    assertThatThrownBy(() -> Groups.parse("meta:\n  a: {}\n  a: {}\n", "meta.yml"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("reading groups from meta.yml: ")
        .hasMessageContaining("found duplicate key a");
  }

  @Test
  void aTagWithBlanksIsRefused() {
    assertThatThrownBy(() -> Groups.parse("meta: !a%20 b", "meta.yml"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "reading groups from meta.yml: Tag must not contain leading or trailing spaces.");
  }

  @Test
  void aGroupIsNotNamedByAList() {
    assertThatThrownBy(() -> Groups.parse("meta: {? [a, b] : {}}", "meta.yml"))
        .isInstanceOf(IOException.class)
        .hasMessage("reading groups from meta.yml: expected names of groups in meta, got a list");
  }

  @Test
  void aFileHasAtMostAMillionCharacters() throws IOException {
    String file = "meta: {}\n" + " ".repeat((1 << 20) - 9);
    assertThat(Groups.parse(file, "meta.yml").ofPackage("a")).isEmpty();
    assertThatThrownBy(() -> Groups.parse(file + " ", "meta.yml"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "reading groups from meta.yml: expected at most 1048576 characters, got 1048577");
  }

  /** A regular expression with as many stars takes longer than anyone waits. */
  @Test
  void aGlobMayHaveManyStars() {
    String glob = "*a".repeat(50) + "b";
    assertThat(Groups.glob(glob).test("a".repeat(4000))).isFalse();
    assertThat(Groups.glob(glob).test("a".repeat(4000) + "b")).isTrue();
  }
}
