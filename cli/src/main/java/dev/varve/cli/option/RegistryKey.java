package dev.varve.cli.option;

import dev.varve.cli.terminal.Secrets;
import dev.varve.registry.name.RepositoryName;
import java.util.Locale;

/**
 * The scope of a login: a registry, or a part of it.
 *
 * @param host the host, with its port if any
 * @param path the prefix of repositories' paths; empty for the whole registry
 */
public record RegistryKey(String host, String path) {
  /**
   * Parses {@code HOST[:PORT][/PATH]}, and drops a scheme and trailing slashes.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static RegistryKey parse(String text) {
    Secrets.requireNone(text, "HOST[:PORT] or HOST[:PORT]/PATH");
    String rest = text.replaceFirst("^(https?|docker)://", "").replaceFirst("/+$", "");
    if (text.startsWith("http")) {
      rest = rest.replaceFirst("/v[12]$", ""); // as in Docker's auth files
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
