package dev.varve.registry.http;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown when a registry does not fulfil a request, with a kind that callers can act on. */
public final class RegistryException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int status;
  private final @Nullable Remedy remedy;

  /** The kinds of failures. */
  public enum Kind {
    /** The registry requires other credentials, or the credentials do not permit the request. */
    NOT_AUTHORIZED,
    /** The registry can't be reached or has errors of its own: a later attempt may succeed. */
    UNAVAILABLE,
    /** The repository, tag, manifest or blob does not exist. */
    NOT_FOUND,
    /** The registry refused the request, or its response is invalid. */
    REFUSED,
    /** The content does not match its digest or length. */
    CORRUPT
  }

  /**
   * Creates the exception.
   *
   * @param status the HTTP status of the response; 0 without a response
   */
  public RegistryException(Kind kind, int status, String message) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.remedy = null;
  }

  /** Creates the exception with its cause. */
  public RegistryException(Kind kind, int status, String message, Throwable cause) {
    this(kind, status, message, null, cause);
  }

  /** Creates the exception with its cause, and the remedy if there is one. */
  public RegistryException(
      Kind kind, int status, String message, @Nullable Remedy remedy, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.status = status;
    this.remedy = remedy;
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.ofNullable(remedy);
  }

  /** The kind of the failure. */
  public Kind kind() {
    return kind;
  }

  /** The HTTP status of the response; 0 without a response. */
  public int status() {
    return status;
  }
}
