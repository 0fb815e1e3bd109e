package dev.varve.cli.github;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class JobSummaryTest {
  @Test
  void textOfOthersIsEscapedInMarkdown() {
    assertThat(JobSummary.code("a|b`c\n|")).isEqualTo("`a\\|b'c\uFFFD\\|`");
    assertThat(JobSummary.code("")).isEmpty();
  }
}
