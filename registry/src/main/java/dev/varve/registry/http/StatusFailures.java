package dev.varve.registry.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Distinguishes responses that count as a failed attempt from responses that callers handle. */
final class StatusFailures {
  /** The number of bytes of an error's body that are read. */
  static final int TEXT = 16 << 10;

  private StatusFailures() {}

  /**
   * Returns the failure for a response whose status means a failed attempt; empty for any other
   * response.
   */
  static Optional<TransferException> of(String activity, Origin host, Response answer)
      throws IOException {
    int status = answer.status();
    if (status == 407) {
      throw new RegistryException(
          RegistryException.Kind.NOT_AUTHORIZED,
          status,
          activity
              + ": the proxy refused the login or requires one (407);"
              + " give the login in the variable that names the proxy: http://user:password@host:port");
    }
    TransferException.Kind kind =
        switch (status) {
          case 429, 403 -> TransferException.Kind.RATE_LIMITED;
          case 408, 500, 502, 503, 504, 520, 521, 522, 523, 524 ->
              TransferException.Kind.SERVER_ERROR;
          default -> null;
        };
    if (kind == null) {
      return Optional.empty();
    }
    String text = new String(answer.peek(TEXT), StandardCharsets.UTF_8);
    if (status == 403 && !text.toLowerCase(Locale.ROOT).contains("secondary rate limit")) {
      return Optional.empty();
    }
    String line = Words.of(text);
    String message =
        "%s: %s (%d from %s)%s"
            .formatted(activity, kind, status, host, line.isEmpty() ? "" : ": " + line);
    Optional<String> limiting =
        kind == TransferException.Kind.RATE_LIMITED
            ? Optional.of(host.toString())
            : Optional.empty();
    return Optional.of(
        new TransferException(kind, status, message, ServerWait.of(answer, text), limiting));
  }
}
