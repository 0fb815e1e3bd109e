package dev.varve.core.rootfs;

import java.io.IOException;

/** There is no podman to ask for what is in its storage. */
public final class PodmanMissingException extends IOException {
  private static final long serialVersionUID = 1L;

  PodmanMissingException(String executable, Throwable cause) {
    super(
        "running "
            + executable
            + ": it can't be started ("
            + cause.getMessage()
            + "); install the package podman, or save the image where podman is and read it as"
            + " oci-archive:FILE",
        cause);
  }
}
