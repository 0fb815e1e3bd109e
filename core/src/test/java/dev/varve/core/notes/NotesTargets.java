package dev.varve.core.notes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.git.Commit;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Templates, and texts of others in Markdown. */
public final class NotesTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "template",
            NotesTargets::fill,
            "# <version>\n\n<pkgupd>\n<commits> <relver:bash> <unknown>",
            "40.<date>"),
        FuzzTarget.ofText(
            "formatter",
            NotesTargets::format,
            "pkgupd.add=- <package>: <new>\\n",
            "commits.commit=<subject>"),
        FuzzTarget.ofText("markdown", NotesTargets::escape, "*a* _b_ <c> [d](e)", "1. # x"));
  }

  private static void fill(byte[] template) {
    String text = new String(template, UTF_8);
    Notes notes =
        new Notes(
            Optional.of(text),
            Optional.of(text),
            Optional.of(text),
            Formatters.DEFAULT,
            List.of(new Commit("ab".repeat(20), text)));
    Map<String, String> packages = Map.of("bash", "5.2-1", "a b", text);
    Substitutions values =
        Substitutions.of(
            notes,
            Instant.EPOCH,
            new Substitutions.Described(Optional.empty(), packages),
            Optional.of(new Substitutions.Described(Optional.of(text), Map.of("bash", "5.1-1"))));
    values.missing(text);
    assertThat(values.fill("<version>")).isEqualTo(values.version().orElse("<version>"));
    values.changelog();
  }

  private static void format(byte[] formatter) throws IOException {
    try {
      Formatters.parse(List.of(new String(formatter, UTF_8)));
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  private static void escape(byte[] text) {
    String escaped = Markdown.escaped(new String(text, UTF_8));
    assertThat(escaped).doesNotContain("<", "\n");
  }
}
