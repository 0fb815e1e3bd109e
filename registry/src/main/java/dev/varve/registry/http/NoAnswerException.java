package dev.varve.registry.http;

import java.io.IOException;

/** An exchange ended without an answer. */
public final class NoAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final IOException failure;

  /** Reasons that decide about what is tried next. */
  public enum Reason {
    /** The request's own body can't be read. */
    BODY,
    /** A kept connection had died before the host received anything that it may have acted on. */
    STALE_CONNECTION,
    /** The host, it seems, doesn't speak TLS: what came was no TLS, and no alert either. */
    NO_TLS,
    /** The host refuses connections. */
    REFUSED_CONNECTION,
    /** Any other. */
    OTHER
  }

  /**
   * Creates the exception.
   *
   * @param failure as {@link #failure()} returns it
   */
  public NoAnswerException(Reason reason, IOException failure) {
    super(failure.getMessage(), failure);
    this.reason = reason;
    this.failure = failure;
  }

  /** The reason. */
  public Reason reason() {
    return reason;
  }

  /**
   * The exception for who has sent the request: the body's own for {@link Reason#BODY}, or else a
   * {@link TransferException} if another attempt may succeed, or a {@link RegistryException}.
   */
  public IOException failure() {
    return failure;
  }
}
