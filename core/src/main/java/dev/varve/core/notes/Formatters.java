package dev.varve.core.notes;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The templates for lists in changelogs: one for each kind of entry, and one for each empty list.
 *
 * @param templates all templates, by name
 */
public record Formatters(Map<String, String> templates) {
  static final String NO_COMMITS = "commits.none";
  static final String COMMIT = "commits.commit";
  static final String NO_PACKAGES = "pkgupd.none";
  static final String UPDATED = "pkgupd.update";
  static final String ADDED = "pkgupd.add";
  static final String REMOVED = "pkgupd.remove";
  static final String KEYS = "pkgupd.keys";

  /** The default templates, which write Markdown. */
  public static final Formatters DEFAULT = new Formatters(defaults());

  /** Copies the map. */
  public Formatters {
    templates = Collections.unmodifiableMap(new LinkedHashMap<>(templates));
  }

  private static Map<String, String> defaults() {
    Map<String, String> templates = new LinkedHashMap<>();
    templates.put(NO_COMMITS, "-\n");
    templates.put(COMMIT, "- **<short>** <subject>\n");
    templates.put(NO_PACKAGES, "-\n");
    templates.put(UPDATED, " - **<package>**: <old> → <new>\n");
    templates.put(ADDED, " - **<package>**: x → <new>\n");
    templates.put(REMOVED, " - **<package>**: <old> → x\n");
    templates.put(KEYS, " - RPM's keys changed\n");
    return templates;
  }

  /**
   * Returns the default templates with some replaced.
   *
   * @param given as {@code NAME=TEMPLATE}; in the template, {@code \n}, {@code \t} and {@code \r}
   *     are escapes as in Java
   * @throws IllegalArgumentException if no formatter has the name
   */
  public static Formatters parse(List<String> given) {
    Map<String, String> templates = new LinkedHashMap<>(DEFAULT.templates);
    for (String text : given) {
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      if (equals < 0 || !templates.containsKey(name)) {
        throw new IllegalArgumentException(
            "expected NAME=TEMPLATE with NAME one of "
                + names(templates.keySet())
                + ", got \""
                + text
                + "\"");
      }
      templates.put(name, unescaped(text.substring(equals + 1)));
    }
    return new Formatters(templates);
  }

  private static String names(Collection<String> names) {
    return String.join(", ", names);
  }

  private static String unescaped(String text) {
    return text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r");
  }

  /** Fills one template with values; names without a value stay unchanged. */
  String format(String name, Map<String, String> values) {
    return Template.fill(templates.getOrDefault(name, ""), values);
  }
}
