package dev.varve.core.notes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.git.Commit;
import dev.varve.core.notes.Substitutions.Described;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SubstitutionsTest {
  private static final Instant BUILT = Instant.parse("2024-03-05T23:59:59.9Z");
  private static final Map<String, String> PACKAGES =
      Map.of("kernel", "6.9.8-200.fc40 6.9.9-206.fc40", "vim", "2:9.1-1", "bash", "5.2");
  private static final List<Commit> COMMITS =
      List.of(
          new Commit("d94536e2acb0ca5bb6f7c5cacd35a21c0a25bb82", "say <version> & $1 \\ more"),
          new Commit("92afe86aed4d627a15d46e1e9788ae4c80240f8f", "begin"));

  private static Optional<Described> image(String version, Map<String, String> packages) {
    return Optional.of(new Described(Optional.of(version), packages));
  }

  private static Notes notes(String changelog, List<Commit> commits) {
    return new Notes(
        Optional.empty(),
        Optional.of("Forty"),
        Optional.of(changelog),
        Formatters.DEFAULT,
        commits);
  }

  private static Substitutions of(Notes notes, Optional<Described> previous) {
    return Substitutions.of(notes, BUILT, image("40-20240305", PACKAGES).get(), previous);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<version>|40-20240305",
        "<date>|240305",
        "<timestamp>|2024-03-05T23:59:59Z",
        "<pretty>|Forty",
        "<previous>|40-20240304",
        "<changelog>|since 40-20240304",
        "<version:vim>|9.1",
        "<relver:vim>|9.1-1",
        "<relver:bash>|5.2",
        "<version:kernel>|6.9.8, 6.9.9",
        "<relver:kernel>|6.9.8-200.fc40, 6.9.9-206.fc40",
        "a <b> <version> = <<date>>|a <b> 40-20240305 = <240305>",
        "<version:emacs> <Version> <version |<version:emacs> <Version> <version",
        "<commits.none>|<commits.none>",
      })
  void namesAreReplacedByTheirValues(String template, String expected) {
    Substitutions notes = of(notes("since <previous>", List.of()), image("40-20240304", PACKAGES));
    assertThat(notes.fill(template)).isEqualTo(expected);
  }

  @Test
  void namesWithoutAValueStayAndAreReported() {
    Substitutions notes =
        Substitutions.of(
            Notes.NONE, BUILT, new Described(Optional.empty(), Map.of()), Optional.empty());
    String template = "<version> <previous> <pretty> <version:vim> <relver:vim> <b> <date>";
    assertThat(notes.fill(template))
        .isEqualTo("<version> <previous> <pretty> <version:vim> <relver:vim> <b> 240305");
    assertThat(notes.missing(template))
        .containsExactly("version", "previous", "pretty", "version:vim", "relver:vim");
    assertThat(notes.missing("<b> <date> <commits> <pkgupd> <changelog>")).isEmpty();
    assertThat(notes.version()).isEmpty();
  }

  @Test
  void commitSubjectsAreEscapedAndNotSubstituted() {
    Substitutions notes = of(notes("<commits><version>", COMMITS), Optional.empty());
    assertThat(notes.changelog())
        .isEqualTo(
            """
            - **d94536e** say &lt;version&gt; &amp; $1 \\\\ more
            - **92afe86** begin
            40-20240305""");
  }

  @Test
  void packagesAreAddedThenUpdatedThenRemoved() {
    Map<String, String> before =
        Map.of("kernel", "6.9.7-200.fc40 6.9.8-200.fc40", "vim", "9.1-1", "zip", "1:3-2");
    assertThat(of(notes("<pkgupd>", List.of()), image("x", before)).changelog())
        .isEqualTo(
            """
             - **bash**: x → 5.2
             - **kernel**: 6.9.7, 6.9.8 → 6.9.8, 6.9.9
             - **vim**: 9.1-1 → 2:9.1-1
             - **zip**: 3 → x
            """);
  }

  @Test
  void aReleaseIsShownIfNothingElseChanged() {
    Map<String, String> before = Map.of("kernel", PACKAGES.get("kernel"), "bash", "5.2");
    Map<String, String> both = new java.util.HashMap<>(before);
    both.put("vim", "2:9.1-0");
    assertThat(of(notes("<pkgupd>", List.of()), image("x", both)).changelog())
        .isEqualTo(" - **vim**: 9.1-0 → 9.1-1\n");
  }

  @Test
  void keysAreNoPackagesAndTheirChangeIsSaidOnce() {
    Map<String, String> before = new java.util.HashMap<>(PACKAGES);
    before.put("gpg-pubkey", "18b8e74c-62f2920f f4a80eb5-53a7ff4b");
    assertThat(of(notes("<pkgupd>", List.of()), image("x", before)).changelog())
        .isEqualTo(" - RPM's keys changed\n");
    before.remove("bash");
    assertThat(of(notes("<pkgupd>", List.of()), image("x", before)).changelog())
        .isEqualTo(" - **bash**: x → 5.2\n - RPM's keys changed\n");
  }

  @Test
  void emptySectionsHaveTheFormattersText() {
    assertThat(of(notes("<commits><pkgupd>", List.of()), image("x", PACKAGES)).changelog())
        .isEqualTo("-\n-\n");
    assertThat(of(notes("<commits><pkgupd>", List.of()), Optional.empty()).changelog())
        .isEqualTo("-\n-\n");
  }

  @Test
  void aChangelogDoesNotContainItself() {
    assertThat(of(notes("a <changelog>", List.of()), Optional.empty()).changelog())
        .isEqualTo("a <changelog>");
  }

  @Test
  void theDefaultChangelogListsCommitsAndPackages() {
    assertThat(of(Notes.NONE, image("40-20240304", PACKAGES)).changelog())
        .isEqualTo("# 40-20240305\n\nChanges since 40-20240304\n\n## Packages\n\n-\n");
    Notes withCommits =
        new Notes(
            Optional.empty(), Optional.empty(), Optional.empty(), Formatters.DEFAULT, COMMITS);
    assertThat(of(withCommits, image("40-20240304", PACKAGES)).changelog())
        .contains("\n## Commits\n\n- **d94536e** say");
    assertThat(of(Notes.NONE, Optional.empty()).changelog())
        .isEqualTo("# 40-20240305\n\nThere is no image before it to compare it with.\n");
  }

  @ParameterizedTest
  @CsvSource({
    "3.1_<date>, '', 3.1_240305",
    "3.1_<date>, 3.1_240304, 3.1_240305",
    "3.1_<date>, 3.1_240305, 3.1_240305.1",
    "3.1_<date>, 3.1_240305.1, 3.1_240305.2",
    "3.1_<date>, 3.1_240305.9, 3.1_240305.10",
    "3.1, 3.1.x, 3.1",
    "3.1, 3.1.0, 3.1",
    "<version:vim>, '', 9.1",
  })
  void aVersionThatThePreviousImageHasGetsANumber(String version, String before, String expected) {
    Notes notes =
        new Notes(
            Optional.of(version),
            Optional.empty(),
            Optional.empty(),
            Formatters.DEFAULT,
            List.of());
    assertThat(of(notes, image(before, PACKAGES)).version()).contains(expected);
    assertThat(of(notes, image(before, PACKAGES)).fill("<version>")).isEqualTo(expected);
  }
}
