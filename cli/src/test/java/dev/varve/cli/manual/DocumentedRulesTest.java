package dev.varve.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.lint.Lint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page about {@code varve lint} has all rules. */
final class DocumentedRulesTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z0-9-]+)`(?: †)? \\| (.*) \\| (.*) \\|");

  @Test
  void eachRuleHasItsRow() throws IOException {
    assertThat(Files.readAllLines(Path.of("../docs/reference/lint.md")).stream())
        .map(ROW::matcher)
        .filteredOn(row -> row.matches())
        .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
        .containsExactlyElementsOf(
            Lint.RULES.stream()
                .map(
                    rule ->
                        rule.name()
                            + " "
                            + rule.severity().name().toLowerCase(Locale.ROOT)
                            + " "
                            + rule.title())
                .toList());
  }
}
