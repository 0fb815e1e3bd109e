package dev.varve.core.history;

import dev.varve.core.image.Digest;
import java.util.List;

/**
 * What is known of an image's signatures.
 *
 * @param status whether the image is signed
 * @param keys the fingerprints of the known keys that made a signature
 */
public record Signing(Status status, List<Digest> keys) {
  /** Nothing was looked for. */
  public static final Signing UNKNOWN = new Signing(Status.UNKNOWN, List.of());

  /** Copies the list. */
  public Signing {
    keys = List.copyOf(keys);
  }

  /** Whether an image is signed. */
  public enum Status {
    /** A known key has signed the image. */
    VERIFIED,
    /** The image has signatures, none by a known key. */
    OTHER_KEY,
    /** The image has signatures, which were not verified because no key is known. */
    UNVERIFIED,
    /** The image has no signature. */
    NONE,
    /** Signatures were not looked for. */
    UNKNOWN
  }

  /**
   * Judges the signatures of an image.
   *
   * @param signatures the number of signatures
   * @param keys whether keys are known
   * @param makers the fingerprints of those that made one of the signatures
   */
  public static Signing of(int signatures, boolean keys, List<Digest> makers) {
    Status status =
        signatures == 0
            ? Status.NONE
            : !keys ? Status.UNVERIFIED : makers.isEmpty() ? Status.OTHER_KEY : Status.VERIFIED;
    return new Signing(status, makers);
  }
}
