package dev.varve.core.filetree;

import java.io.IOException;

/** A layer's tar can be read, but what it says of files makes no sense, or is not to be trusted. */
public final class MalformedLayerException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedLayerException(String message) {
    super(message);
  }
}
