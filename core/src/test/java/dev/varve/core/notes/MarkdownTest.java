package dev.varve.core.notes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MarkdownTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '"',
      value = {
        "Fix the build (#12) by @me → Fix the build (#12) by @me",
        "2:1.0-3.fc40_1 → 2:1.0-3.fc40_1",
        "python3_x-y → python3_x-y",
        "use `rm` *now* → use \\`rm\\` \\*now\\*",
        "_now_ or ~~never~~ → \\_now\\_ or \\~\\~never\\~\\~",
        "[a](http://b) ![c](d) → \\[a\\](http://b) !\\[c\\](d)",
        "a | b \\ c → a \\| b \\\\ c",
        "<img src=x> & &lt; → &lt;img src=x&gt; &amp; &amp;lt;",
        "# title → \\# title",
        "- item → \\- item",
        "12. item → 12\\. item",
        "12 items → 12 items",
        "=== → \\===",
      })
  void markupInTextIsEscaped(String text, String escaped) {
    assertThat(Markdown.escaped(text)).isEqualTo(escaped);
  }

  @Test
  void lineBreaksAndControlCharactersAreReplaced() {
    assertThat(Markdown.escaped("a\n# b\u001b[2J\u202Ec"))
        .isEqualTo("a\uFFFD# b\uFFFD\\[2J\uFFFDc");
  }
}
