package dev.varve.registry.http;

import java.io.IOException;

/** Thrown when an exchange ends without a response. */
public final class NoAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final IOException failure;

  /** The reasons that determine what the client tries next. */
  public enum Reason {
    /** The request's own body can't be read. */
    BODY,
    /** A reused connection had died before the host received anything that it may have acted on. */
    STALE_CONNECTION,
    /** The host probably does not speak TLS: it sent neither TLS nor an alert. */
    NO_TLS,
    /** The host refuses connections. */
    REFUSED_CONNECTION,
    /** Any other reason. */
    OTHER
  }

  /**
   * Creates the exception.
   *
   * @param failure the failure to report to the sender of the request
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
   * Returns the exception to report to the sender of the request: that of the body for {@link
   * Reason#BODY}, else a {@link TransferException} if another attempt may succeed, else a {@link
   * RegistryException}.
   */
  public IOException failure() {
    return failure;
  }
}
