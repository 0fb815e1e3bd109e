package dev.varve.core.plan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The user's groups file: packages and files that make one component. The format is that of
 * hhd-dev/rechunk's {@code meta.yml}; its other fields are ignored. A path belongs to the first
 * matching group; file patterns of all groups precede package patterns.
 */
public final class Groups {
  /** No groups. */
  public static final Groups NONE = new Groups(List.of());

  /** The longest file, in characters. */
  static final int MAX_CHARACTERS = 1 << 20;

  private final List<Group> groups;

  private Groups(List<Group> groups) {
    this.groups = List.copyOf(groups);
  }

  /**
   * A group.
   *
   * @param name the group's name
   * @param dedicated whether the group gets its own layer, if it is big enough
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
    Object meta = map(load(text, name), name, "the file").get("meta");
    List<Group> groups = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map(meta, name, "meta").entrySet()) {
      if (entry.getKey() instanceof Collection || entry.getKey() instanceof Map) {
        throw wrong(name, "meta", "names of groups", entry.getKey());
      }
      String group = String.valueOf(entry.getKey());
      groups.add(group(group, map(entry.getValue(), name, "meta." + group), name));
    }
    return new Groups(groups);
  }

  private static Object load(String text, String name) throws IOException {
    if (text.length() > MAX_CHARACTERS) {
      throw new IOException(
          "reading groups from %s: expected at most %d characters, got %d"
              .formatted(name, MAX_CHARACTERS, text.length()));
    }
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try {
      return new Yaml(new SafeConstructor(options)).load(text);
    } catch (YAMLException | IllegalArgumentException e) { // the latter for a tag with blanks
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
    List<Predicate<String>> globs = new ArrayList<>();
    for (Object pattern : patterns) {
      if (!(pattern instanceof String text)) {
        throw wrong(name, where + "[" + globs.size() + "]", "a pattern", pattern);
      }
      globs.add(glob(text));
    }
    return globs;
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
    // A collection may be huge or contain itself, by YAML's aliases.
    String shown =
        got == null
            ? "nothing"
            : got instanceof Map ? "a mapping" : got instanceof List ? "a list" : got.toString();
    return new IOException(
        "reading groups from "
            + name
            + ": expected "
            + expected
            + " in "
            + where
            + ", got "
            + shown);
  }

  /** Returns the first group whose file patterns match a path. */
  Optional<Group> ofFile(String path) {
    return groups.stream().filter(group -> group.hasFile(path)).findFirst();
  }

  /** Returns the first group whose package patterns match a package. */
  Optional<Group> ofPackage(String name) {
    return groups.stream().filter(group -> group.hasPackage(name)).findFirst();
  }

  /** Parses a glob of Python's fnmatch, as the format requires: a star also matches slashes. */
  static Predicate<String> glob(String pattern) {
    return new Glob(pattern)::matches;
  }
}
