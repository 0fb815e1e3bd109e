package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class JobSummaryTest {
  @Test
  void aBarShowsTheShareThatIsDownloaded() {
    assertThat(JobSummary.bar(0)).isEqualTo("░".repeat(50));
    assertThat(JobSummary.bar(0.0001)).isEqualTo("█" + "░".repeat(49));
    assertThat(JobSummary.bar(0.5)).isEqualTo("█".repeat(25) + "░".repeat(25));
    assertThat(JobSummary.bar(1)).isEqualTo("█".repeat(50));
  }

  @Test
  void othersWordsAreNoMarkdown() {
    assertThat(JobSummary.code("a|b`c\n|")).isEqualTo("`a\\|b'c\uFFFD\\|`");
    assertThat(JobSummary.code("")).isEmpty();
  }
}
