package dev.varve.core.plan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The user's groups file: packages and files that make one component. The format is that of
 * hhd-dev/rechunk's {@code meta.yml}, whose other fields are passed over. The first group that
 * matches has a path; its file patterns come before all package patterns.
 */
public final class Groups {
  /** No groups. */
  public static final Groups NONE = new Groups(List.of());

  private final List<Group> groups;

  private Groups(List<Group> groups) {
    this.groups = List.copyOf(groups);
  }

  /**
   * A group.
   *
   * @param name its name
   * @param dedicated whether it gets a layer to itself, if it is big enough for that
   */
  record Group(
      String name,
      boolean dedicated,
      List<Predicate<String>> packages,
      List<Predicate<String>> files) {
    boolean hasFile(String path) {
      return files.stream().anyMatch(glob -> glob.test("/" + path));
    }

    boolean hasPackage(String name) {
      return packages.stream().anyMatch(glob -> glob.test(name));
    }
  }

  /**
   * Parses a groups file.
   *
   * @param text YAML
   * @param name the file's name, for error messages
   */
  public static Groups parse(String text, String name) throws IOException {
    try {
      Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
      Object meta = map(root, name, "the file").get("meta");
      List<Group> groups = new ArrayList<>();
      for (Map.Entry<?, ?> entry : map(meta, name, "meta").entrySet()) {
        String group = String.valueOf(entry.getKey());
        groups.add(group(group, map(entry.getValue(), name, "meta." + group), name));
      }
      return new Groups(groups);
    } catch (YAMLException e) {
      throw new IOException("reading groups from " + name + ": " + e.getMessage(), e);
    }
  }

  private static Group group(String group, Map<?, ?> fields, String name) throws IOException {
    Object dedicated = fields.get("dedicated");
    if (dedicated != null && !(dedicated instanceof Boolean)) {
      throw wrong(name, "meta." + group + ".dedicated", "true or false", dedicated);
    }
    return new Group(
        group,
        dedicated == null || (Boolean) dedicated,
        globs(fields.get("packages"), name, "meta." + group + ".packages"),
        globs(fields.get("files"), name, "meta." + group + ".files"));
  }

  private static List<Predicate<String>> globs(@Nullable Object list, String name, String where)
      throws IOException {
    if (list == null) {
      return List.of();
    }
    if (!(list instanceof List<?> patterns)) {
      throw wrong(name, where, "a list of patterns", list);
    }
    return patterns.stream().map(pattern -> glob(String.valueOf(pattern))).toList();
  }

  private static Map<?, ?> map(@Nullable Object value, String name, String where)
      throws IOException {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw wrong(name, where, "a mapping", value);
  }

  private static IOException wrong(
      String name, String where, String expected, @Nullable Object got) {
    return new IOException(
        "reading groups from " + name + ": expected " + expected + " in " + where + ", got " + got);
  }

  /** The group that claims a path by its name. */
  Optional<Group> ofFile(String path) {
    return groups.stream().filter(group -> group.hasFile(path)).findFirst();
  }

  /** The group that claims a package. */
  Optional<Group> ofPackage(String name) {
    return groups.stream().filter(group -> group.hasPackage(name)).findFirst();
  }

  /** As Python's fnmatch, which the format's files are written for: a star matches slashes, too. */
  static Predicate<String> glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      int close = c == '[' ? pattern.indexOf(']', i + 2) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (close > 0) {
        String set = pattern.substring(i + 1, close).replace("\\", "\\\\").replace("[", "\\[");
        regex.append('[').append(set.startsWith("!") ? "^" + set.substring(1) : set).append(']');
        i = close;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).asMatchPredicate();
  }
}
