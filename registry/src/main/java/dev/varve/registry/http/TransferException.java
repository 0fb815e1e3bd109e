package dev.varve.registry.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Thrown when an attempt fails in a way that another attempt may avoid. */
public final class TransferException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int status;
  private final transient Optional<Duration> wait;
  private final transient Optional<String> limiting;

  /** The kinds of failures. */
  public enum Kind {
    /** Too many requests: status 429, or 403 with a text that says so. */
    RATE_LIMITED("rate limited"),
    /** Status 500, 502, 503, 504 or a similar one. */
    SERVER_ERROR("server error"),
    /** There is no connection to the host. */
    UNREACHABLE("no connection"),
    /** The connection broke, or ended before all bytes were received. */
    BROKEN("connection broken"),
    /** No response in time, or a transfer that was too slow for too long. */
    STALLED("stalled");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** Returns the words for messages and logs. */
    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * Creates the exception.
   *
   * @param status the HTTP status of the response; 0 without a response
   * @param wait how long the host asked to wait
   */
  public TransferException(Kind kind, int status, String message, Optional<Duration> wait) {
    this(kind, status, message, wait, Optional.empty());
  }

  /** Creates the exception; {@code limiting} is the host that limits the rate of requests. */
  TransferException(
      Kind kind, int status, String message, Optional<Duration> wait, Optional<String> limiting) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.wait = wait;
    this.limiting = limiting;
  }

  /** Creates the exception for a failure of the connection. */
  public TransferException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.status = 0;
    this.wait = Optional.empty();
    this.limiting = Optional.empty();
  }

  /** The kind of the failure. */
  public Kind kind() {
    return kind;
  }

  /** The HTTP status of the response; 0 without a response. */
  public int status() {
    return status;
  }

  /** How long the host asked to wait. */
  public Optional<Duration> serverWait() {
    return wait;
  }

  /**
   * The host that limits the rate of requests, with its port unless that is the scheme's default.
   */
  Optional<String> limiting() {
    return limiting;
  }
}
