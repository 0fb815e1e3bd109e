package dev.varve.runner.publish;

import dev.varve.core.bytes.Remediable;
import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown if a build can't be published and the user must decide; no tag was moved. */
public final class PublishException extends IOException implements Remediable {
  private static final long serialVersionUID = 1L;

  private final Remedy remedy;

  PublishException(@Nullable String message, Remedy remedy) {
    super(message);
    this.remedy = remedy;
  }

  PublishException(@Nullable String message, Remedy remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  @Override
  public Optional<Remedy> remedy() {
    return Optional.of(remedy);
  }
}
