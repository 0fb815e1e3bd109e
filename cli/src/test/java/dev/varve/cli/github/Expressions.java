package dev.varve.cli.github;

import dev.varve.cli.YamlNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Evaluates the expressions of our workflows between <code>${{</code> and <code>}}</code> as GitHub
 * does.
 *
 * @param contexts values by the names of contexts: maps, lists and texts
 * @see <a
 *     href="https://docs.github.com/en/actions/reference/workflows-and-actions/expressions">Expressions</a>
 */
record Expressions(Map<String, Object> contexts) {
  private static final Pattern IN_TEXT = Pattern.compile("\\$\\{\\{ (.+?) \\}\\}");
  private static final Pattern JOIN = Pattern.compile("join\\((.+), '(.*)'\\)");
  private static final Pattern STARTS_WITH = Pattern.compile("startsWith\\((.+), '(.*)'\\)");
  private static final Pattern FROM_JSON = Pattern.compile("fromJSON\\((.+)\\)");
  private static final Pattern PATH = Pattern.compile("[\\w-]+(\\.[\\w-]+)*");

  /** Returns a text with its expressions replaced by their values. */
  String fill(String text) {
    return IN_TEXT
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1)).text()));
  }

  /** Returns whether a condition holds, given that no earlier step failed. */
  boolean holds(String condition) {
    return value(condition).truthy();
  }

  private YamlNode value(String expression) {
    String text = expression.strip();
    List<String> ors = split(text, "||");
    if (ors.size() > 1) {
      return ors.stream()
          .map(this::value)
          .filter(YamlNode::truthy)
          .findFirst()
          .orElse(new YamlNode(null));
    }
    List<String> ands = split(text, "&&");
    if (ands.size() > 1) {
      List<YamlNode> values = ands.stream().map(this::value).toList();
      return values.stream()
          .filter(each -> !each.truthy())
          .findFirst()
          .orElse(values.get(values.size() - 1));
    }
    List<String> sides = split(text, "==");
    if (sides.size() == 2) {
      return new YamlNode(value(sides.get(0)).text().equals(value(sides.get(1)).text()));
    }
    return term(text);
  }

  private YamlNode term(String text) {
    Matcher join = JOIN.matcher(text);
    if (join.matches()) {
      return new YamlNode(
          value(join.group(1)).items().stream()
              .map(YamlNode::text)
              .collect(Collectors.joining(join.group(2))));
    }
    Matcher prefix = STARTS_WITH.matcher(text);
    if (prefix.matches()) {
      return new YamlNode(value(prefix.group(1)).text().startsWith(prefix.group(2)));
    }
    Matcher json = FROM_JSON.matcher(text);
    if (json.matches()) {
      return YamlNode.parse(value(json.group(1)).text()); // JSON is YAML
    }
    if (text.equals("always()")) {
      return new YamlNode(true);
    }
    if (text.startsWith("'") && text.endsWith("'")) {
      return new YamlNode(text.substring(1, text.length() - 1));
    }
    if (!PATH.matcher(text).matches()) {
      throw new IllegalArgumentException("unknown kind of expression: " + text);
    }
    YamlNode at = new YamlNode(contexts);
    for (String name : text.split("\\.", -1)) {
      at = at.get(name);
    }
    return at;
  }

  private static List<String> split(String text, String operator) {
    return Stream.of(text.split(Pattern.quote(operator), -1)).map(String::strip).toList();
  }
}
