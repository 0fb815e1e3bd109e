package dev.varve.core.image;

import java.io.IOException;

/** Thrown if a blob in a manifest is missing in the image's place. */
public final class MissingBlobException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String reference;
  private final String digest;

  /** Creates the exception for a blob of the image at {@code reference}. */
  public MissingBlobException(String reference, Descriptor blob) {
    super(
        "opening blob "
            + blob.digest()
            + " of "
            + reference
            + ": expected "
            + blob.size()
            + " bytes, but the blob is not there");
    this.reference = reference;
    digest = blob.digest().toString();
  }

  /** The image as named by the user. */
  public String reference() {
    return reference;
  }

  /** The digest of the blob. */
  public Digest digest() {
    return Digest.parse(digest);
  }
}
