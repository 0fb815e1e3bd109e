package dev.varve.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.history.HistoryJson;
import dev.varve.core.history.SeriesHistory;
import dev.varve.core.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The history of a series as one HTML file, which loads nothing. Its data is the JSON of {@link
 * HistoryJson} in an element of its own; scripts and styles are those of resources, named by their
 * hashes in the page's content security policy, so that no other can run.
 */
public final class HistoryPage {
  private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  private static final Pattern PART = Pattern.compile("\\{\\{([a-z]+)\\}\\}");

  private HistoryPage() {}

  /** Returns the page, to be written in UTF-8. */
  public static String of(SeriesHistory history) throws IOException {
    String style = resource(CHARTS + "uPlot.min.css") + resource("history.css");
    String charts = resource(CHARTS + "uPlot.iife.min.js");
    String script = resource("history.js");
    String policy =
        "default-src 'none'; base-uri 'none'; form-action 'none'; style-src %s; script-src %s %s"
            .formatted(hash(style), hash(charts), hash(script));
    Map<String, String> parts =
        Map.of(
            "policy", policy,
            "title", text("Updates of " + history.place()),
            "style", style,
            "charts", charts,
            "script", script,
            "data", data(HistoryJson.of(history).toString()));
    return PART.matcher(resource("history.html"))
        .replaceAll(part -> Matcher.quoteReplacement(parts.getOrDefault(part.group(1), "")));
  }

  /**
   * Escapes JSON for a script element. An element ends where {@code </script} is, whatever it
   * contains; a lone surrogate, which stands for a byte that is not UTF-8, has no UTF-8.
   */
  static String data(String json) {
    StringBuilder escaped = new StringBuilder(json.length());
    json.codePoints()
        .forEach(
            c -> {
              if (c == '<' || c == '\u2028' || c == '\u2029' || isSurrogate(c)) {
                escaped.append("\\u%04x".formatted(c));
              } else {
                escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static String text(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String hash(String content) {
    byte[] hash = Digest.sha256().digest(content.getBytes(UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
  }

  private static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            HistoryPage.class.getResourceAsStream(name), "expected a resource " + name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
