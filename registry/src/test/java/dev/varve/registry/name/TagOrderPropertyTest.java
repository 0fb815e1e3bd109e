package dev.varve.registry.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

final class TagOrderPropertyTest {
  private static final Comparator<String> ORDER = TagOrder.OLDEST_FIRST;

  @Provide
  Arbitrary<String> tags() {
    return Arbitraries.strings().withChars("019aZ.-_").ofMinLength(1).ofMaxLength(6);
  }

  @Property
  void theOrderIsTotal(
      @ForAll @From("tags") String a,
      @ForAll @From("tags") String b,
      @ForAll @From("tags") String c) {
    assertThat(Integer.signum(ORDER.compare(a, b))).isEqualTo(-Integer.signum(ORDER.compare(b, a)));
    assertThat(ORDER.compare(a, b) == 0).isEqualTo(a.equals(b));
    List<String> sorted = List.of(a, b, c).stream().sorted(ORDER).toList();
    assertThat(ORDER.compare(sorted.get(0), sorted.get(2))).isLessThanOrEqualTo(0);
  }

  @Property
  void numbersCompareAsNumbers(@ForAll @IntRange(min = 0) int a, @ForAll @IntRange(min = 0) int b) {
    assertThat(Integer.signum(ORDER.compare("40-" + a + "x", "40-" + b + "x")))
        .isEqualTo(Integer.compare(a, b));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("aB1.-_/:@ sh256").ofMaxLength(30);
  }

  /**
   * A parsed name has a text that is parsed to the same name; other texts are refused as misuse.
   */
  @Property
  void aTextIsParsedOrRefused(@ForAll @From("texts") String text) {
    ImageName name;
    try {
      name = ImageName.parse(text);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("expected ");
      return;
    }
    assertThat(ImageName.parse(name.toString())).isEqualTo(name);
  }

  @Provide
  Arbitrary<String> repositories() {
    Arbitrary<String> hosts = Arbitraries.of("a.io", "localhost", "x:5000", "docker.io");
    return hosts.flatMap(
        host ->
            Arbitraries.of("a", "b-c", "d__e", "f.g", "1")
                .list()
                .ofMinSize(2)
                .ofMaxSize(4)
                .map(path -> host + "/" + String.join("/", path)));
  }

  @Property
  void aNameIsReadAsItIsWritten(
      @ForAll @From("repositories") String repository, @ForAll @From("plainTags") String tag) {
    assertThat(RepositoryName.parse(repository)).hasToString(repository);
    assertThat(ImageName.parse(repository + ":" + tag)).hasToString(repository + ":" + tag);
  }

  @Provide
  Arbitrary<String> plainTags() {
    return tags().filter(tag -> !tag.startsWith(".") && !tag.startsWith("-"));
  }
}
