package dev.varve.registry.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ChallengeTest {
  @Test
  void theParametersOfABearerChallengeAreParsed() {
    assertThat(
            Challenge.parse(
                "Bearer realm=\"https://ghcr.io/token\",service=\"ghcr.io\","
                    + "scope=\"repository:o/n:pull,push\""))
        .containsExactly(
            new Challenge(
                "bearer",
                Map.of(
                    "realm",
                    "https://ghcr.io/token",
                    "service",
                    "ghcr.io",
                    "scope",
                    "repository:o/n:pull,push")));
  }

  @Test
  void oneHeaderMayHaveSeveralChallenges() {
    assertThat(Challenge.parse("Basic realm=\"a, b\", Bearer realm=c"))
        .containsExactly(
            new Challenge("basic", Map.of("realm", "a, b")),
            new Challenge("bearer", Map.of("realm", "c")));
  }

  @Test
  void blanksAndUpperCaseDoNotMatter() {
    assertThat(Challenge.parse("BEARER  Realm = \"x\" , SERVICE=y"))
        .containsExactly(new Challenge("bearer", Map.of("realm", "x", "service", "y")));
  }

  @Test
  void anEscapedQuoteIsUnescaped() {
    assertThat(Challenge.parse("Basic realm=\"a\\\"b\""))
        .containsExactly(new Challenge("basic", Map.of("realm", "a\"b")));
  }

  @Test
  void anUnclosedQuoteEndsWithTheHeader() {
    assertThat(Challenge.parse("Bearer realm=\"https://ghcr.io/token"))
        .containsExactly(new Challenge("bearer", Map.of("realm", "https://ghcr.io/token")));
    assertThat(Challenge.parse("Basic realm=\"a\\"))
        .containsExactly(new Challenge("basic", Map.of("realm", "a\\")));
  }

  @Test
  void bearerIsPreferredToBasic() {
    assertThat(Challenge.best(List.of("Basic realm=\"x\"", "Bearer realm=\"y\"")))
        .contains(new Challenge("bearer", Map.of("realm", "y")));
    assertThat(Challenge.best(List.of("Negotiate", "Basic realm=\"x\"")))
        .contains(new Challenge("basic", Map.of("realm", "x")));
    assertThat(Challenge.best(List.of("Negotiate"))).isEmpty();
    assertThat(Challenge.best(List.of())).isEmpty();
  }

  @Property
  void anythingIsParsedWithoutFailing(@ForAll String header) {
    assertThatCode(() -> Challenge.parse(header)).doesNotThrowAnyException();
  }
}
