package dev.varve.core.filetree;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown if a layer's tar is well-formed, but its entries are inconsistent or above the limits. */
public final class MalformedLayerException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  private final @Nullable Remedy remedy;

  /** Creates an exception. */
  public MalformedLayerException(String message) {
    super(message);
    this.remedy = null;
  }

  MalformedLayerException(String message, Remedy remedy) {
    super(message);
    this.remedy = remedy;
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.ofNullable(remedy);
  }
}
