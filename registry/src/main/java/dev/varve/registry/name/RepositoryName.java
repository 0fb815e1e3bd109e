package dev.varve.registry.name;

import com.google.cloud.tools.jib.api.ImageReference;
import org.jspecify.annotations.Nullable;

/**
 * The name of a repository.
 *
 * @param host the registry in lower case, with its port if it has one; {@code docker.io} for Docker
 *     Hub
 * @param path the path in the registry in lower case, such as {@code owner/name}
 */
public record RepositoryName(String host, String path) {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the host or the path is malformed
   */
  public RepositoryName {
    if (host.length() + path.length() > ImageName.LONGEST
        || !ImageReference.isValidRegistry(host)
        || !ImageReference.isValidRepository(path)) {
      throw new IllegalArgumentException(
          "expected HOST[:PORT]/PATH, got \"" + host + "/" + path + "\"");
    }
  }

  /**
   * Parses {@code HOST[:PORT]/PATH}. The host is required.
   *
   * @throws IllegalArgumentException if the text has another form; the message names the expected
   *     form
   */
  public static RepositoryName parse(String text) {
    ImageName image = ImageName.parse(text, "HOST[:PORT]/PATH");
    int end = text.indexOf('@') < 0 ? text.length() : text.indexOf('@');
    if (end < text.length() || text.lastIndexOf(':') > text.lastIndexOf('/')) {
      throw new IllegalArgumentException(
          "expected a repository, without tag or digest, got \""
              + text
              + "\"; its repository is "
              + image.repository());
    }
    return image.repository();
  }

  // Explicit for a short start, as in Digest.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RepositoryName name && host.equals(name.host) && path.equals(name.path);
  }

  @Override
  public int hashCode() {
    return 31 * host.hashCode() + path.hashCode();
  }

  /** Returns {@code HOST[:PORT]/PATH}. */
  @Override
  public String toString() {
    return host + "/" + path;
  }
}
