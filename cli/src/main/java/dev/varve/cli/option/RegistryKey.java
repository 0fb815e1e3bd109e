package dev.varve.cli.option;

import dev.varve.cli.terminal.Secrets;
import dev.varve.registry.name.RepositoryName;
import java.util.Locale;

/**
 * What a login is for: a registry, or a part of it.
 *
 * @param host with its port if it has one
 * @param path the beginning of repositories' paths; empty for the whole registry
 */
public record RegistryKey(String host, String path) {
  /**
   * Parses {@code HOST[:PORT][/PATH]}, and leaves out what people copy along with it.
   *
   * @throws IllegalArgumentException if it is no such thing
   */
  public static RegistryKey parse(String text) {
    Secrets.requireNone(text, "HOST[:PORT] or HOST[:PORT]/PATH");
    String rest = text.replaceFirst("^(https?|docker)://", "").replaceFirst("/+$", "");
    if (text.startsWith("http")) {
      rest = rest.replaceFirst("/v[12]$", ""); // as Docker writes hosts in its own files
    }
    int slash = rest.indexOf('/');
    String host = (slash < 0 ? rest : rest.substring(0, slash)).toLowerCase(Locale.ROOT);
    String path = slash < 0 ? "" : rest.substring(slash + 1);
    try {
      new RepositoryName(host, path.isEmpty() ? "any" : path);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "expected HOST[:PORT] or HOST[:PORT]/PATH, got \"" + text + "\"", e);
    }
    return new RegistryKey(host, path);
  }

  @Override
  public String toString() {
    return path.isEmpty() ? host : host + "/" + path;
  }
}
