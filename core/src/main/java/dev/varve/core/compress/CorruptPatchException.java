package dev.varve.core.compress;

import java.io.IOException;

/** Thrown for a {@linkplain ZstdPatch patch} that is corrupt, truncated or for another source. */
public final class CorruptPatchException extends IOException {
  private static final long serialVersionUID = 1;

  CorruptPatchException(String message) {
    super(message);
  }

  CorruptPatchException(String message, Throwable cause) {
    super(message, cause);
  }
}
