package dev.varve.runner.publish;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A build could not be published; no tag was moved. */
public final class PublishException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Remedy remedy;

  /** What helps, for programs that know how their users choose it. */
  public enum Remedy {
    /** On a first build: publish without a previous image. */
    FIRST_BUILD,
    /** Publish without a previous image. */
    FRESH,
    /** Publish again, or move the tags that somebody else has moved. */
    AGAIN_OR_FORCE
  }

  PublishException(@Nullable String message, Remedy remedy) {
    super(message);
    this.remedy = remedy;
  }

  PublishException(@Nullable String message, Remedy remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** What helps. */
  public Remedy remedy() {
    return remedy;
  }
}
