package dev.varve.runner.naming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.runner.naming.PreviousTag.OnCurrent;
import dev.varve.runner.naming.PreviousTag.Rules;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The default choice, compared with a choice by the parts that tags were made of. */
final class TagChoicePropertyTest {
  private static final LocalDate FIRST = LocalDate.of(2024, 12, 20);

  /** The parts of a tag of the series; number 0 stands for no number. */
  private record Build(int release, LocalDate day, int number) {
    String tag(String form) {
      return form.replace("R", Integer.toString(release))
              .replace("D", day.format(DateTimeFormatter.BASIC_ISO_DATE))
          + (number == 0 ? "" : "." + number);
    }
  }

  @Provide
  Arbitrary<Build> builds() {
    return Combinators.combine(
            Arbitraries.integers().between(8, 12),
            Arbitraries.integers().between(0, 20).map(FIRST::plusDays),
            Arbitraries.integers().between(0, 11))
        .as(Build::new);
  }

  @Provide
  Arbitrary<String> forms() {
    return Arbitraries.of("R-D", "D-R", "v.R.D", "D-R-x86_64", "stable-RxD");
  }

  /** Returns tags outside of the series. */
  @Provide
  Arbitrary<String> others() {
    return Arbitraries.of(
        "latest",
        "gts",
        "40",
        "sha-abcdef",
        "pr-12",
        "testing-40-20250101",
        "40-20250101-rc",
        "20250");
  }

  private static Optional<Build> expected(List<Build> there, Build built) {
    Comparator<Build> newest = Comparator.comparing(Build::day).thenComparingInt(Build::number);
    List<Build> earlier = there.stream().filter(each -> !each.day().isAfter(built.day())).toList();
    Stream<Integer> below = releases(earlier).filter(each -> each <= built.release());
    Optional<Integer> release =
        below
            .max(Comparator.naturalOrder())
            .or(() -> releases(earlier).max(Comparator.naturalOrder()));
    return release.flatMap(
        wanted -> earlier.stream().filter(each -> each.release() == wanted).max(newest));
  }

  private static Stream<Integer> releases(List<Build> builds) {
    return builds.stream().map(Build::release);
  }

  private static Rules rules(String format, String current) {
    return new Rules(
        TagSeries.of(format), Optional.empty(), Optional.of(current), OnCurrent.USE, List.of());
  }

  @Property
  void theNewestTagOfTheNearestReleaseIsChosenAmongAnyOthers(
      @ForAll @From("forms") String form,
      @ForAll @Size(max = 12) List<@From("builds") Build> there,
      @ForAll @From("builds") Build built,
      @ForAll @Size(max = 6) List<@From("others") String> others,
      @ForAll Random random) {
    List<String> tags = new ArrayList<>(others);
    there.forEach(each -> tags.add(each.tag(form)));
    Collections.shuffle(tags, random);
    Build today = new Build(built.release(), built.day(), 0);
    String format = form.replace("R", "" + built.release()).replace("D", "%Y%m%d");
    Optional<String> wanted = expected(there, built).map(each -> each.tag(form));
    for (Rules rules :
        List.of(
            rules(format, today.tag(form)),
            rules(today.tag(form), today.tag(form)),
            rules(built.tag(form), built.tag(form)))) {
      assertThat(PreviousTag.choose(tags, rules).tag()).isEqualTo(wanted);
    }
  }

  /** The series of a tag equals the series of its format. */
  @Property
  void aTagBelongsToTheSeriesOfItsFormat(
      @ForAll @From("formats") String format, @ForAll @From("builds") Build built) {
    String tag = VersionTag.at(built.day().atStartOfDay().toInstant(ZoneOffset.UTC), format).text();
    TagSeries series = TagSeries.of(format);
    assertThat(tag).matches(series.pattern());
    assertThat(TagSeries.of(tag).pattern().pattern()).isEqualTo(series.pattern().pattern());
    assertThat(series.later(List.of(tag), tag)).isEmpty();
  }

  @Provide
  Arbitrary<String> formats() {
    Arbitrary<String> dates =
        Arbitraries.of("%Y%m%d", "%y%m%d", "%Y-%m-%d", "%Y.%m.%d", "%Y%m%d%H%M", "<date>");
    Arbitrary<String> before = Arbitraries.of("", "40-", "v1.2_", "f41.", "stable-", "a_");
    Arbitrary<String> after = Arbitraries.of("", "-x86_64", "_rc1", "-arm64");
    return Combinators.combine(before, dates, after).as((a, b, c) -> a + b + c);
  }

  /** Every build of a day gets its own tag, which is the newest of all. */
  @Property(tries = 100)
  void uniqueTagsAreNewAndTheNewest(@ForAll @IntRange(min = 1, max = 30) int builds) {
    Set<String> there = new HashSet<>(List.of("40-20251010", "40-20251010.40"));
    for (int i = 0; i < builds; i++) {
      String tag = new VersionTag("40-20251011").unique(there).text();
      assertThat(there.add(tag)).isTrue();
      Rules rules = Rules.of(TagSeries.of("40-%Y%m%d"));
      assertThat(PreviousTag.choose(there, rules).tag()).contains(tag);
    }
  }
}
