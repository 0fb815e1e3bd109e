package dev.varve.core.image;

import java.io.IOException;

/** A manifest names a blob that is missing at the image's place. */
public final class MissingBlobException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String reference;
  private final String digest;

  /** Creates the exception for a blob of the image that {@code reference} names. */
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

  /** The image that names the blob, as the user named it. */
  public String reference() {
    return reference;
  }

  /** The digest of the blob. */
  public Digest digest() {
    return Digest.parse(digest);
  }
}
