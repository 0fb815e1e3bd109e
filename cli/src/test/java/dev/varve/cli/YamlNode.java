package dev.varve.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A node of a YAML document; missing nodes are empty.
 *
 * @param value a map, a list, a text, a number or a boolean; null for a missing node
 */
public record YamlNode(@Nullable Object value) {
  public static YamlNode parse(String text) {
    return new YamlNode(new Yaml(new SafeConstructor(new LoaderOptions())).load(text));
  }

  public static YamlNode read(Path file) throws IOException {
    return parse(Files.readString(file));
  }

  public YamlNode get(String name) {
    YamlNode found = entries().get(name);
    return found == null ? new YamlNode(null) : found;
  }

  public Map<String, YamlNode> entries() {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (name, each) -> {
            // YAML 1.1 reads the key "on" as a boolean.
            String text = Boolean.TRUE.equals(name) ? "on" : String.valueOf(name);
            entries.put(text, each instanceof YamlNode node ? node : new YamlNode(each));
          });
    }
    return entries;
  }

  public List<YamlNode> items() {
    return value instanceof List<?> list ? list.stream().map(YamlNode::of).toList() : List.of();
  }

  private static YamlNode of(Object value) {
    return new YamlNode(value);
  }

  public String text() {
    return value == null ? "" : value.toString();
  }

  /** Returns the value as a condition, by GitHub's rules. */
  public boolean truthy() {
    return value instanceof Boolean yes ? yes : !text().isEmpty();
  }
}
