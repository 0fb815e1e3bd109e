package dev.varve.registry.http;

import dev.varve.core.bytes.Remedy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Says of failures whether another try may mend them, and what a person can do. */
public final class Failures {
  /** How much of an error's body is looked at. */
  static final int TEXT = 16 << 10;

  private Failures() {}

  /** What a status means, where it is a failure of this try. */
  static Optional<TransferException> status(String activity, Origin host, Answer answer)
      throws IOException {
    int status = answer.status();
    if (status == 407) {
      throw new RegistryException(
          RegistryException.Kind.NOT_AUTHORIZED,
          status,
          activity
              + ": the proxy refuses the login, or wants one (407); it belongs into the variable"
              + " that names the proxy: http://user:password@host:port");
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
    String said = Words.of(text);
    String message =
        "%s: %s (%d from %s)%s"
            .formatted(activity, kind, status, host, said.isEmpty() ? "" : ": " + said);
    Optional<String> limiting =
        kind == TransferException.Kind.RATE_LIMITED
            ? Optional.of(host.toString())
            : Optional.empty();
    return Optional.of(
        new TransferException(kind, status, message, ServerWait.of(answer, text), limiting));
  }

  /** What it means that no answer came. */
  static IOException beforeAnswer(Exchange exchange, IOException failure) {
    String activity = exchange.request().activity();
    String host = Origin.of(exchange.uri()).toString();
    if (isCancelled(exchange, failure)) {
      return cancelled(activity, failure);
    }
    if (failure instanceof SentBody.Failure) {
      return failure;
    }
    IOException sending = exchange.brokenBody();
    Optional<String> stalled = exchange.watched().stalled();
    if (stalled.isPresent() && sending == null) {
      return stalled(activity, host, stalled.get(), failure);
    }
    String through = exchange.proxy().map(proxy -> host + " through " + proxy).orElse(host);
    IOException cause = failure;
    if (failure instanceof Tls.HandshakeException && failure.getCause() instanceof SSLException e) {
      return handshake(activity, host, e);
    }
    if (failure instanceof SSLException e) {
      Optional<IOException> network = Tls.network(e);
      if (network.isEmpty() && e instanceof SSLHandshakeException) {
        return handshake(activity, host, e);
      }
      cause = network.orElse(e);
    }
    if (cause instanceof UnknownHostException) {
      return transfer(
          TransferException.Kind.UNREACHABLE, activity, through + ": no such host", cause);
    }
    if (isUnreachable(cause)) {
      return transfer(
          TransferException.Kind.UNREACHABLE, activity, through + ": " + reason(cause), cause);
    }
    if (cause instanceof SocketTimeoutException) {
      return stalled(activity, host, "no answer", cause);
    }
    if (cause instanceof ClientProtocolException) {
      return new RegistryException(
          RegistryException.Kind.REFUSED,
          0,
          "%s: what %s answers is not HTTP; does it want TLS?".formatted(activity, through),
          cause);
    }
    String why =
        cause instanceof NoHttpResponseException && sending == null
            ? "closed without an answer"
            : Words.of(sending == null ? cause : sending);
    return transfer(TransferException.Kind.BROKEN, activity, through + ": " + why, cause);
  }

  /** What it means that the answer's body breaks off. */
  static IOException whileReading(Exchange exchange, IOException failure, long count, long length) {
    String activity = exchange.request().activity();
    String host = Origin.of(exchange.uri()).toString();
    if (isCancelled(exchange, failure)) {
      return cancelled(activity, failure);
    }
    Optional<String> stalled = exchange.watched().stalled();
    if (stalled.isPresent()) {
      return stalled(activity, host, stalled.get(), failure);
    }
    String bytes = length < 0 ? count + " bytes" : count + " of " + length + " bytes";
    return new TransferException(
        TransferException.Kind.BROKEN,
        "%s: connection to %s broken after %s".formatted(activity, host, bytes),
        failure);
  }

  /** A failure in a word or two, for traces; messages may repeat what a host sent. */
  static String title(Throwable failure) {
    if (failure instanceof TransferException transfer) {
      return transfer.kind().toString();
    }
    if (failure instanceof RegistryException) {
      return "refused";
    }
    if (failure instanceof InterruptedIOException) {
      return "cancelled";
    }
    return failure instanceof SentBody.Failure ? "the body could not be read" : "failed";
  }

  /** Whether it was our own side that broke it off, by closing or by an interrupt. */
  private static boolean isCancelled(Exchange exchange, IOException failure) {
    return exchange.closed()
        || failure instanceof ClosedByInterruptException
        || failure.getCause() instanceof ClosedByInterruptException
        || exchange.brokenBody() instanceof ClosedByInterruptException;
  }

  private static InterruptedIOException cancelled(String activity, IOException failure) {
    InterruptedIOException cancelled = new InterruptedIOException(activity + ": cancelled");
    cancelled.initCause(failure);
    return cancelled;
  }

  private static TransferException stalled(
      String activity, String host, String how, IOException cause) {
    return new TransferException(
        TransferException.Kind.STALLED, "%s: %s (%s)".formatted(activity, how, host), cause);
  }

  private static TransferException transfer(
      TransferException.Kind kind, String activity, String where, IOException cause) {
    return new TransferException(kind, "%s: %s (%s)".formatted(activity, kind, where), cause);
  }

  private static boolean isUnreachable(IOException failure) {
    return failure instanceof ConnectException
        || failure instanceof ConnectTimeoutException
        || failure instanceof NoRouteToHostException;
  }

  private static String reason(IOException failure) {
    if (failure instanceof ConnectTimeoutException) {
      return "timed out";
    }
    return failure instanceof ConnectException ? "refused" : "no route";
  }

  /** Whether the host, it seems, doesn't speak TLS: what came was none, and no alert either. */
  static boolean isPlain(IOException failure) {
    return failure instanceof Tls.HandshakeException
        && failure.getCause() instanceof SSLException e
        && e.getClass() == SSLException.class;
  }

  /** Whether no connection came about. */
  static boolean isRefused(IOException failure) {
    return failure instanceof ConnectException;
  }

  private static RegistryException handshake(String activity, String host, SSLException e) {
    boolean path = false;
    boolean certificate = false;
    Throwable root = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      path |= cause instanceof CertPathBuilderException;
      path |= cause instanceof CertPathValidatorException;
      certificate |= cause instanceof CertificateException;
      root = cause;
    }
    String problem;
    Remedy remedy;
    if (path) {
      problem = "the certificate of %s is not trusted";
      remedy = Remedy.TRUST_CERTIFICATE;
    } else if (certificate) {
      problem = "the certificate of %s is not for it";
      remedy = Remedy.WITHOUT_TLS_CHECKS;
    } else if (e.getClass() == SSLException.class) {
      problem = "%s does not speak TLS";
      remedy = Remedy.PLAIN_HTTP;
    } else {
      problem = "no TLS with %s";
      remedy = Remedy.CLIENT_CERTIFICATE;
    }
    return new RegistryException(
        RegistryException.Kind.REFUSED,
        0,
        "%s: %s (%s)".formatted(activity, problem.formatted(host), Words.of(root)),
        remedy,
        e);
  }
}
