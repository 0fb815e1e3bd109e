package dev.varve.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConsoleTest {
  private static final String ODD = "a\u001b[31mb\u009bc\u007f\u202Ed";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Console console(Map<String, String> environment) {
    return new Console(
        new ResultStream(out),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        environment,
        false,
        () -> 0);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void printedTextHasNoControlCharacters() throws IOException {
    console(Map.of()).tell(ODD);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("a\uFFFD[31mb\uFFFDc\uFFFD\uFFFDd\n");
    console(Map.of()).result(ODD);
    assertThat(out()).isEqualTo(err.toString(StandardCharsets.UTF_8));
    out.reset();

    JsonObject json = JsonObject.EMPTY.with("x", ODD);
    console(Map.of()).result(json);
    assertThat(out()).contains("\"a\\u001b[31mb\\u009bc\\u007f\\u202ed\"");
    assertThat(JsonObject.parse(out.toByteArray(), "the output")).isEqualTo(json);
  }

  @Test
  void jsonHasBytesOtherThanUtf8AsEscapes() {
    JsonObject json = JsonObject.EMPTY.with("path", "/usr/\udcff\ud83d\ude00é");
    console(Map.of()).result(json);
    assertThat(out()).contains("\"/usr/\\udcff\ud83d\ude00é\"");
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "::set-output name=digest::x,: :set-output name=digest::x",
        "    ::add-mask::x,    : :add-mask::x",
        "a ##[add-mask]x,a ## [add-mask]x",
        "a::b,a::b",
      })
  void printedTextHasNoCommandsForGitHubActions(String line, String printed) throws IOException {
    Console actions = console(Map.of("GITHUB_ACTIONS", "true"));
    actions.tell(line);
    actions.result(line);
    assertThat(out()).isEqualTo(printed + "\n");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(printed + "\n");
    out.reset();
    actions.result(JsonObject.EMPTY.with("x", line));
    assertThat(out()).doesNotContain("##[");
    assertThat(JsonObject.parse(out.toByteArray(), "the output").string("x")).isEqualTo(line);
    out.reset();
    console(Map.of()).result(line);
    assertThat(out()).isEqualTo(line + "\n");
  }
}
