package dev.varve.registry;

/**
 * A repository's name.
 *
 * @param host the registry, with its port if it has one; {@code docker.io} for Docker Hub
 * @param path the name in the registry, lower case, such as {@code owner/name}
 */
public record RepositoryName(String host, String path) {
  /**
   * Parses {@code HOST[:PORT]/PATH}.
   *
   * @throws IllegalArgumentException if it is anything else; the message says what it should be
   */
  public static RepositoryName parse(String text) {
    throw new UnsupportedOperationException(text);
  }

  /** {@code HOST[:PORT]/PATH}. */
  @Override
  public String toString() {
    return host + "/" + path;
  }
}
