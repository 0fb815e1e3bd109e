package dev.varve.registry.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One try of a request failed in a way that another try may mend. */
public final class TransferException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int status;
  private final transient Optional<Duration> wait;
  private transient @Nullable HostGate gate;

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
    super(message);
    this.kind = kind;
    this.status = status;
    this.wait = wait;
  }

  /** Creates the exception for a failure below HTTP. */
  public TransferException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.status = 0;
    this.wait = Optional.empty();
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

  /** The same failure, which now knows the gate of the host that it is about. */
  TransferException at(HostGate host) {
    gate = host;
    return this;
  }

  /** Where it was a limit of its host, lets no request to that host begin for so long. */
  void holdUp(Duration time) {
    HostGate host = gate;
    if (host != null && kind == Kind.RATE_LIMITED) {
      host.close(time);
    }
  }
}
