package dev.varve.registry.signing;

import dev.varve.core.signing.LogEntry;
import java.util.Optional;

/**
 * A signature that was found for an image.
 *
 * @param form how the signature is attached
 * @param repository the repository in the signed payload; empty if the form has none or the
 *     signature is not valid
 * @param entry the signature's entry in the transparency log, if it has one
 * @param problem why verification failed; empty if the signature is valid
 */
public record FoundSignature(
    Form form, Optional<String> repository, Optional<LogEntry> entry, Optional<String> problem) {
  /** How signatures are attached. */
  public enum Form {
    /** Under a tag made from the image's digest. */
    TAG,
    /** The signature is in a Sigstore bundle, an artifact with the image as its subject. */
    BUNDLE
  }

  static FoundSignature bad(Form form, String problem) {
    return new FoundSignature(form, Optional.empty(), Optional.empty(), Optional.of(problem));
  }

  /** Whether the signature is valid. */
  public boolean good() {
    return problem.isEmpty();
  }
}
