package dev.varve.core.image;

import java.io.IOException;

/** A reference points to something that has no image, such as an index of artifacts. */
public final class NoImageException extends IOException {
  private static final long serialVersionUID = 1L;

  NoImageException(String message) {
    super(message);
  }
}
