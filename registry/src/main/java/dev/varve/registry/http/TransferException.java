package dev.varve.registry.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** An attempt of a request failed in a way that another attempt may mend. */
public final class TransferException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int status;
  private final transient Optional<Duration> wait;
  private final transient Optional<String> limiting;

  /** What kinds of failures there are, each with waits of its own. */
  public enum Kind {
    /** Too many requests: 429, or a 403 that says so. */
    RATE_LIMITED("rate limited"),
    /** 500, 502, 503, 504 and their like. */
    SERVER_ERROR("server error"),
    /** No connection. */
    UNREACHABLE("no connection"),
    /** The connection broke, or ended before all was there. */
    BROKEN("connection broken"),
    /** No answer in time, or too few bytes a second for too long. */
    STALLED("stalled");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** For logs. */
    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * Creates the exception.
   *
   * @param status the HTTP status that told; 0 where none did
   * @param wait how long the server asked to wait
   */
  public TransferException(Kind kind, int status, String message, Optional<Duration> wait) {
    this(kind, status, message, wait, Optional.empty());
  }

  /** Creates the exception; {@code limiting} as {@link #limiting()} returns it. */
  TransferException(
      Kind kind, int status, String message, Optional<Duration> wait, Optional<String> limiting) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.wait = wait;
    this.limiting = limiting;
  }

  /** Creates the exception for a failure below HTTP. */
  public TransferException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.status = 0;
    this.wait = Optional.empty();
    this.limiting = Optional.empty();
  }

  /** What kind of failure it was. */
  public Kind kind() {
    return kind;
  }

  /** The HTTP status that told; 0 where none did. */
  public int status() {
    return status;
  }

  /** How long the server asked to wait. */
  public Optional<Duration> serverWait() {
    return wait;
  }

  /** The host, with its port where that is not the scheme's own, that limits its requests. */
  Optional<String> limiting() {
    return limiting;
  }
}
