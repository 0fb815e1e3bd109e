package dev.varve.runner.naming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.registry.name.TagOrder;
import dev.varve.runner.naming.PreviousTag.OnCurrent;
import dev.varve.runner.naming.PreviousTag.Rules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PreviousTagTest {
  private static final List<String> TAGS =
      List.of("latest", "40-20251009", "40-20251011", "sha256-abc", "40-20251010", "39-20251012");

  private static final TagSeries SERIES = TagSeries.of("40-%Y%m%d");
  private static final String MATCHES = "matches ^[0-9]+-[0-9]{8}(\\.[0-9]{1,5})?$";

  private static Rules rules(String current, OnCurrent onCurrent) {
    return building("40-%Y%m%d", current, onCurrent);
  }

  private static Rules pattern(String pattern) {
    return new Rules(
        SERIES, Optional.of(Pattern.compile(pattern)), Optional.empty(), OnCurrent.USE, List.of());
  }

  private static Rules building(String format, String current) {
    return building(format, current, OnCurrent.USE);
  }

  private static Rules building(String format, String current, OnCurrent onCurrent) {
    return new Rules(
        TagSeries.of(format), Optional.empty(), Optional.of(current), onCurrent, List.of());
  }

  private static Rules following(String... tags) {
    return new Rules(
        SERIES, Optional.empty(), Optional.of("40-20251012"), OnCurrent.USE, List.of(tags));
  }

  private static PreviousTag chosen(String tag, String reason) {
    return new PreviousTag(Optional.of(tag), reason);
  }

  private static PreviousTag none(String reason) {
    return new PreviousTag(Optional.empty(), reason);
  }

  @Test
  void theNewestTagThatMatchesIsChosen() {
    assertThat(PreviousTag.choose(TAGS, Rules.DEFAULT))
        .isEqualTo(chosen("40-20251011", "40-20251011 is the newest tag that " + MATCHES));
    assertThat(PreviousTag.choose(TAGS, pattern("^39-")).tag()).contains("39-20251012");
  }

  @Test
  void aPatternMayMatchAnyPartOfATag() {
    assertThat(PreviousTag.choose(TAGS, pattern("a[bt]")).tag()).contains("sha256-abc");
    assertThat(PreviousTag.choose(TAGS, pattern("^a")).tag()).isEmpty();
  }

  @Test
  void theOrderOfTheListDoesNotMatter() {
    List<String> tags = new ArrayList<>(TAGS);
    Collections.reverse(tags);
    assertThat(PreviousTag.choose(tags, Rules.DEFAULT).tag()).contains("40-20251011");
  }

  @Test
  void suffixesCompareAsNumbers() {
    List<String> tags =
        List.of(
            "40-20251011.9", "40-20251011.10", "40-20251011", "40-20251011.2", "40-20251010.11");
    assertThat(PreviousTag.choose(tags, pattern("^40-")).tag()).contains("40-20251011.10");
    assertThat(tags.stream().sorted(TagOrder.OLDEST_FIRST))
        .containsExactly(
            "40-20251010.11", "40-20251011", "40-20251011.2", "40-20251011.9", "40-20251011.10");
  }

  @Test
  void releasesComeBeforeDates() {
    List<String> tags = List.of("41-20251001", "40-20251011", "9-20251011");
    assertThat(PreviousTag.choose(tags, pattern("^[0-9]+-[0-9]{8}$")).tag())
        .contains("41-20251001");
  }

  @Test
  void aFirstBuildHasNoPreviousTag() {
    assertThat(PreviousTag.choose(List.of(), Rules.DEFAULT))
        .isEqualTo(none("the repository has no tags yet"));
    assertThat(PreviousTag.choose(List.of("latest", "x"), Rules.DEFAULT))
        .isEqualTo(none("no tag " + MATCHES + ", of 2 tags"));
  }

  @Test
  void aTagThatIsBuiltAgainIsUsed() {
    assertThat(PreviousTag.choose(TAGS, rules("40-20251011", OnCurrent.USE)))
        .isEqualTo(
            chosen(
                "40-20251011",
                "40-20251011 is the newest tag that " + MATCHES + "; it is being built again"));
  }

  @Test
  void aTagThatIsBuiltAgainIsSteppedOver() {
    assertThat(PreviousTag.choose(TAGS, rules("40-20251011", OnCurrent.PREVIOUS)))
        .isEqualTo(
            chosen(
                "40-20251010",
                "40-20251010 is the newest tag that "
                    + MATCHES
                    + ", but for 40-20251011, which is being built again"));
    assertThat(
            PreviousTag.choose(
                List.of("latest", "40-20251011"), rules("40-20251011", OnCurrent.PREVIOUS)))
        .isEqualTo(none("only 40-20251011 matches, and it is being built again"));
  }

  @Test
  void aTagThatIsBuiltAgainStartsAfresh() {
    assertThat(PreviousTag.choose(TAGS, rules("40-20251011", OnCurrent.FRESH)))
        .isEqualTo(
            none(
                "40-20251011 is the newest tag that " + MATCHES + ", and it is being built again"));
  }

  @ParameterizedTest
  @EnumSource(OnCurrent.class)
  void aNewTagChangesNothing(OnCurrent onCurrent) {
    for (String current : List.of("40-20251012", "latest", "40-20251013.2")) {
      assertThat(PreviousTag.choose(TAGS, rules(current, onCurrent)))
          .isEqualTo(chosen("40-20251011", "40-20251011 is the newest tag that " + MATCHES));
    }
  }

  /** Columns: the format; the current tag; the expected tag, from the tags of real repositories. */
  @ParameterizedTest
  @CsvSource({
    "40-%Y%m%d, 40-20251013, 40-20251011.1",
    "40-20251013, 40-20251013, 40-20251011.1",
    "41-20251013, 41-20251013, 41-20251012",
    "42-%Y%m%d, 42-20251013, 41-20251012",
    "39-20251013, 39-20251013, 41-20251012",
    "%Y%m%d, 20251013, 20251011",
    "latest.%Y%m%d, latest.20251013, latest.20251011",
    "stable-20251013, stable-20251013, stable-20251011",
    "testing-40-20251013, testing-40-20251013, testing-40-20251012",
    "latest, latest, latest",
    "41, 41, 40",
    "gts, gts, gts",
    "pr-12, pr-12, pr-12",
  })
  void aVersionFindsTheTagsOfItsOwnSeries(String format, String current, String expected) {
    List<String> real =
        List.of(
            "40-20251011",
            "40-20251011.1",
            "latest",
            "latest.20251011",
            "20251011",
            "41-20251012",
            "sha-abcdef",
            "pr-12",
            "stable-20251011",
            "gts",
            "40",
            "testing-40-20251012");
    assertThat(PreviousTag.choose(real, building(format, current)).tag()).contains(expected);
  }

  @Test
  void theSameReleaseIsPreferredThenThePreviousRelease() {
    List<String> tags = List.of("39-20251012", "40-20251010", "41-20251011", "43-20251011");
    assertThat(PreviousTag.choose(tags, building("40-%Y%m%d", "40-20251012")))
        .isEqualTo(
            chosen(
                "40-20251010", "40-20251010 is the newest tag up to 40-20251012 that " + MATCHES));
    assertThat(PreviousTag.choose(tags, building("42-%Y%m%d", "42-20251012")).tag())
        .contains("41-20251011");
    assertThat(PreviousTag.choose(tags, building("38-%Y%m%d", "38-20251012")).tag())
        .contains("43-20251011");
  }

  @Test
  void theSameVariantIsPreferred() {
    List<String> tags = List.of("20251011-amd64-v2", "20251012-amd64-v3", "20251012-amd64");
    assertThat(PreviousTag.choose(tags, building("20251013-amd64-v2", "20251013-amd64-v2")).tag())
        .contains("20251011-amd64-v2");
  }

  @Test
  void anImageOfALaterDayIsNoPreviousImage() {
    assertThat(PreviousTag.choose(TAGS, building("40-%Y%m%d", "40-20251010.1")))
        .isEqualTo(
            chosen(
                "40-20251010",
                "40-20251010 is the newest tag up to 40-20251010.1 that " + MATCHES));
    assertThat(PreviousTag.choose(TAGS, building("40-%Y%m%d", "40-20251008")))
        .isEqualTo(
            none(
                "every tag that "
                    + MATCHES
                    + " has a later date than 40-20251008; the newest is 40-20251011"));
    Rules chosen =
        new Rules(
            SERIES,
            Optional.of(Pattern.compile("^(39|40)-")),
            Optional.of("40-20251010"),
            OnCurrent.USE,
            List.of());
    assertThat(PreviousTag.choose(TAGS, chosen).tag()).contains("40-20251010");
  }

  @Test
  void aGivenPatternIsUsedUnchanged() {
    Rules strict =
        new Rules(
            TagSeries.of("41-%Y%m%d"),
            Optional.of(Pattern.compile("^41-[0-9]{8}$")),
            Optional.of("41-20251012"),
            OnCurrent.USE,
            List.of());
    assertThat(PreviousTag.choose(TAGS, strict))
        .isEqualTo(none("no tag matches ^41-[0-9]{8}$, of 6 tags"));
  }

  @Test
  void withoutAVersionTagATagThatClientsFollowIsChosen() {
    assertThat(PreviousTag.choose(List.of("pr-1", "latest"), following("stable", "latest")))
        .isEqualTo(
            chosen(
                "latest",
                "latest points to the image that clients have; no tag " + MATCHES + ", of 2 tags"));
    assertThat(PreviousTag.choose(List.of("pr-1"), following("latest")))
        .isEqualTo(none("no tag " + MATCHES + ", of 1 tag"));
    assertThat(PreviousTag.choose(TAGS, following("latest")).tag()).contains("40-20251011");
    assertThat(PreviousTag.choose(List.of("latest", "40-20251013"), following("latest")).tag())
        .isEmpty();
  }
}
