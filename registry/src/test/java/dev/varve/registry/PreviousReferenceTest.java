package dev.varve.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.registry.PreviousReference.OnCurrent;
import dev.varve.registry.PreviousReference.Rules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PreviousReferenceTest {
  private static final List<String> TAGS =
      List.of("latest", "40-20251009", "40-20251011", "sha256-abc", "40-20251010", "39-20251012");

  private static Rules rules(String current, OnCurrent onCurrent) {
    return new Rules(PreviousReference.DEFAULT_PATTERN, Optional.of(current), onCurrent, false);
  }

  private static Rules pattern(String pattern) {
    return new Rules(Pattern.compile(pattern), Optional.empty(), OnCurrent.USE, false);
  }

  private static PreviousReference chosen(String tag, String reason) {
    return new PreviousReference(Optional.of(tag), reason);
  }

  private static PreviousReference none(String reason) {
    return new PreviousReference(Optional.empty(), reason);
  }

  @Test
  void theNewestTagThatMatchesIsChosen() {
    assertThat(PreviousReference.choose(TAGS, Rules.DEFAULT))
        .isEqualTo(
            chosen("40-20251011", "40-20251011 is the newest tag that matches ^40-[0-9]{8}$"));
    assertThat(PreviousReference.choose(TAGS, pattern("^39-")).tag()).contains("39-20251012");
  }

  @Test
  void aPatternIsFoundAnywhereUnlessItSaysOtherwise() {
    assertThat(PreviousReference.choose(TAGS, pattern("a[bt]")).tag()).contains("sha256-abc");
    assertThat(PreviousReference.choose(List.of("40-20251011.1"), Rules.DEFAULT).tag()).isEmpty();
  }

  @Test
  void theOrderOfTheListDoesNotMatter() {
    List<String> tags = new ArrayList<>(TAGS);
    Collections.reverse(tags);
    assertThat(PreviousReference.choose(tags, Rules.DEFAULT).tag()).contains("40-20251011");
  }

  @Test
  void suffixesCompareAsNumbers() {
    List<String> tags =
        List.of(
            "40-20251011.9", "40-20251011.10", "40-20251011", "40-20251011.2", "40-20251010.11");
    assertThat(PreviousReference.choose(tags, pattern("^40-")).tag()).contains("40-20251011.10");
    assertThat(tags.stream().sorted(PreviousReference.OLDEST_FIRST))
        .containsExactly(
            "40-20251010.11", "40-20251011", "40-20251011.2", "40-20251011.9", "40-20251011.10");
  }

  @Test
  void releasesComeBeforeDates() {
    List<String> tags = List.of("41-20251001", "40-20251011", "9-20251011");
    assertThat(PreviousReference.choose(tags, pattern("^[0-9]+-[0-9]{8}$")).tag())
        .contains("41-20251001");
  }

  @Test
  void aFirstBuildHasNone() {
    assertThat(PreviousReference.choose(List.of(), Rules.DEFAULT))
        .isEqualTo(none("the repository has no tags yet"));
    assertThat(PreviousReference.choose(List.of("latest", "x"), Rules.DEFAULT))
        .isEqualTo(none("no tag matches ^40-[0-9]{8}$, of 2"));
  }

  @Test
  void aFreshStartHasNone() {
    Rules fresh =
        new Rules(PreviousReference.DEFAULT_PATTERN, Optional.empty(), OnCurrent.USE, true);
    assertThat(PreviousReference.choose(TAGS, fresh))
        .isEqualTo(none("a fresh start was asked for"));
  }

  @Test
  void aTagThatIsBuiltAgainIsUsed() {
    assertThat(PreviousReference.choose(TAGS, rules("40-20251011", OnCurrent.USE)))
        .isEqualTo(
            chosen(
                "40-20251011",
                "40-20251011 is the newest tag that matches ^40-[0-9]{8}$; it is being built"
                    + " again"));
  }

  @Test
  void aTagThatIsBuiltAgainIsSteppedOver() {
    assertThat(PreviousReference.choose(TAGS, rules("40-20251011", OnCurrent.PREVIOUS)))
        .isEqualTo(
            chosen(
                "40-20251010",
                "40-20251010 is the newest tag that matches ^40-[0-9]{8}$, but for 40-20251011,"
                    + " which is being built again"));
    assertThat(
            PreviousReference.choose(
                List.of("latest", "40-20251011"), rules("40-20251011", OnCurrent.PREVIOUS)))
        .isEqualTo(none("only 40-20251011 matches, and it is being built again"));
  }

  @Test
  void aTagThatIsBuiltAgainStartsAfresh() {
    assertThat(PreviousReference.choose(TAGS, rules("40-20251011", OnCurrent.FRESH)))
        .isEqualTo(
            none(
                "40-20251011 is the newest tag that matches ^40-[0-9]{8}$, and it is being built"
                    + " again"));
  }

  @ParameterizedTest
  @EnumSource(OnCurrent.class)
  void aTagThatIsNotThereYetChangesNothing(OnCurrent onCurrent) {
    for (String current : List.of("40-20251012", "40-20250101", "latest", "40-20251009")) {
      assertThat(PreviousReference.choose(TAGS, rules(current, onCurrent)))
          .isEqualTo(
              chosen("40-20251011", "40-20251011 is the newest tag that matches ^40-[0-9]{8}$"));
    }
  }
}
