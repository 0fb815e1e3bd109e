package dev.varve.core.notes;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with names in angle brackets, each standing for a value. What has no value stays as it is:
 * brackets may well be meant. Values are not looked through again.
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

  /** The names in a template, as far as they could be one's own. */
  static Set<String> names(String template) {
    Set<String> names = new LinkedHashSet<>();
    Matcher found = NAME.matcher(template);
    while (found.find()) {
      names.add(found.group(1));
    }
    return names;
  }
}
