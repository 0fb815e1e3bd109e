package dev.varve.core.notes;

import dev.varve.core.bytes.PlainText;
import java.util.regex.Pattern;

/** Text of others inside of Markdown. */
public final class Markdown {
  /** What makes a block of a line that begins with it. */
  private static final Pattern BLOCK =
      Pattern.compile("^(\\s*)([#=+-]|[0-9]{1,9}(?=[.)](?:\\s|$)))");

  private static final Pattern INLINE = Pattern.compile("[\\\\`*\\[\\]|~]");

  /** Within a word, an underscore is one. */
  private static final Pattern EMPHASIS =
      Pattern.compile("(?<![\\p{L}\\p{N}])_|_(?![\\p{L}\\p{N}])");

  private Markdown() {}

  /**
   * The text such that Markdown and HTML show it as it is, on one line. References to issues stay
   * links.
   *
   * @see <a href="https://github.github.com/gfm/#backslash-escapes">GitHub Flavored Markdown:
   *     backslash escapes</a>
   */
  public static String escaped(String text) {
    String plain = INLINE.matcher(PlainText.of(text)).replaceAll("\\\\$0");
    String line = EMPHASIS.matcher(plain).replaceAll("\\\\_");
    // In HTML, where backslashes mean nothing, entities do.
    String noHtml = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return BLOCK
        .matcher(noHtml)
        .replaceFirst(
            found -> Character.isDigit(found.group(2).charAt(0)) ? "$1$2\\\\" : "$1\\\\$2");
  }
}
