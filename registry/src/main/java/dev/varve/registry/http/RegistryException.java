package dev.varve.registry.http;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A registry did not do what was asked, for a reason that callers can act on. */
public final class RegistryException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int status;
  private final @Nullable Remedy remedy;

  /** Why. */
  public enum Kind {
    /** It wants other credentials, or these may not do that. */
    NOT_AUTHORIZED,
    /** It can't be reached, or has trouble: worth trying again later. */
    UNAVAILABLE,
    /** There is no such repository, tag, manifest or blob. */
    NOT_FOUND,
    /** It understood and said no, or said something that makes no sense. */
    REFUSED,
    /** What it sent is not what its digest or length say. */
    CORRUPT
  }

  /**
   * Creates the exception.
   *
   * @param status the HTTP status that told; 0 where none did
   */
  public RegistryException(Kind kind, int status, String message) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.remedy = null;
  }

  /** Creates the exception, with what is behind it. */
  public RegistryException(Kind kind, int status, String message, Throwable cause) {
    this(kind, status, message, null, cause);
  }

  /** Creates the exception, with what is behind it, and the choice that avoids it, if any. */
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

  /** Why it failed. */
  public Kind kind() {
    return kind;
  }

  /** The HTTP status that told; 0 where none did. */
  public int status() {
    return status;
  }
}
