package dev.varve.registry.signing;

import dev.varve.core.signing.LogEntry;
import java.util.Optional;

/**
 * A signature that was found beside an image.
 *
 * @param form how it is attached
 * @param repository what was signed as the image's repository; empty where the form has no such
 *     thing, or the signature is not good
 * @param entry its entry in the transparency log, if it has one
 * @param problem why it doesn't verify; empty if it does
 */
public record FoundSignature(
    Form form, Optional<String> repository, Optional<LogEntry> entry, Optional<String> problem) {
  /** How signatures are attached. */
  public enum Form {
    /** Under a tag made of the image's digest. */
    TAG,
    /** As a Sigstore bundle that refers to the image. */
    BUNDLE
  }

  static FoundSignature bad(Form form, String problem) {
    return new FoundSignature(form, Optional.empty(), Optional.empty(), Optional.of(problem));
  }

  /** Whether it verifies. */
  public boolean good() {
    return problem.isEmpty();
  }
}
