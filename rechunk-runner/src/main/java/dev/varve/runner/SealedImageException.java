package dev.varve.runner;

import dev.varve.core.boot.Seal;
import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.Optional;

/** The requested change would break the seal of a sealed image, which would then not boot. */
public final class SealedImageException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param image the image as the user named it
   * @param change the change that breaks the seal
   */
  public SealedImageException(String image, Seal seal, String change) {
    super(
        "rechunking "
            + image
            + ": the image is sealed: the kernel command line in /"
            + seal.path()
            + " has the composefs digest "
            + seal.digest()
            + ", and "
            + change
            + ", so that the result would not boot. Rechunk the image first, then compute the"
            + " digest of the result, and append the kernel image to that as one more layer");
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.of(Remedy.RESEAL_OR_KEEP);
  }
}
