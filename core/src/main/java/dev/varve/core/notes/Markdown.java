package dev.varve.core.notes;

import dev.varve.core.bytes.PlainText;
import java.util.regex.Pattern;

/** Escapes foreign text for Markdown. */
public final class Markdown {
  /** Characters that start a Markdown block at the beginning of a line. */
  private static final Pattern BLOCK =
      Pattern.compile("^(\\s*)([#=+-]|[0-9]{1,9}(?=[.)](?:\\s|$)))");

  private static final Pattern INLINE = Pattern.compile("[\\\\`*\\[\\]|~]");

  /** An underscore at the start or end of a word; within a word it has no meaning. */
  private static final Pattern EMPHASIS =
      Pattern.compile("(?<![\\p{L}\\p{N}])_|_(?![\\p{L}\\p{N}])");

  private Markdown() {}

  /**
   * Escapes a text for Markdown and HTML, which then show it unchanged, on one line. References to
   * issues stay links.
   *
   * @see <a href="https://github.github.com/gfm/#backslash-escapes">GitHub Flavored Markdown:
   *     backslash escapes</a>
   */
  public static String escaped(String text) {
    String plain = INLINE.matcher(PlainText.of(text)).replaceAll("\\\\$0");
    String line = EMPHASIS.matcher(plain).replaceAll("\\\\_");
    // HTML ignores backslashes and needs entities.
    String noHtml = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return BLOCK
        .matcher(noHtml)
        .replaceFirst(
            found -> Character.isDigit(found.group(2).charAt(0)) ? "$1$2\\\\" : "$1\\\\$2");
  }
}
