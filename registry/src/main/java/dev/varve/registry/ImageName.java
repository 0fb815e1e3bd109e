package dev.varve.registry;

import dev.varve.core.image.Digest;
import java.util.Optional;

/**
 * The name of an image in a registry.
 *
 * @param repository where it is
 * @param tag its tag; empty where there is only a digest
 * @param digest its digest, which wins over the tag
 */
public record ImageName(RepositoryName repository, Optional<String> tag, Optional<Digest> digest) {
  /** The tag of an image that is named without one. */
  public static final String DEFAULT_TAG = "latest";

  /**
   * Parses {@code HOST[:PORT]/PATH[:TAG][@DIGEST]}; without tag and digest, the tag is {@code
   * latest}.
   *
   * @throws IllegalArgumentException if it is anything else; the message says what it should be
   */
  public static ImageName parse(String text) {
    throw new UnsupportedOperationException(text);
  }

  /** {@code HOST[:PORT]/PATH[:TAG][@DIGEST]}. */
  @Override
  public String toString() {
    return repository + tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }
}
