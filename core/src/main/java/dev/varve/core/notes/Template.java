package dev.varve.core.notes;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with names in angle brackets, which are replaced by values. Names without a value stay
 * unchanged, because the text may need brackets. Values are not searched for names.
 */
final class Template {
  private static final Pattern NAME = Pattern.compile("<([a-z]+(?::[^<>\\s]+)?)>");

  private Template() {}

  static String fill(String template, Map<String, String> values) {
    return NAME.matcher(template)
        .replaceAll(
            found -> {
              String value = values.get(found.group(1));
              return Matcher.quoteReplacement(value == null ? found.group() : value);
            });
  }

  /** Returns everything in a template that has the form of a name. */
  static Set<String> names(String template) {
    Set<String> names = new LinkedHashSet<>();
    Matcher found = NAME.matcher(template);
    while (found.find()) {
      names.add(found.group(1));
    }
    return names;
  }
}
