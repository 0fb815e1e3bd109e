package dev.varve.registry.http.wire;

import dev.varve.core.bytes.Remedy;
import dev.varve.registry.http.NoAnswerException;
import dev.varve.registry.http.Origin;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.TransferException;
import dev.varve.registry.http.Words;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.jspecify.annotations.Nullable;

/**
 * Classifies the failures of exchanges, and creates exceptions whose messages say what a user can
 * do.
 */
final class Failures {
  private Failures() {}

  /** Returns the exception for an exchange without a response. */
  static IOException beforeAnswer(Exchange exchange, IOException failure) {
    String activity = exchange.request().activity();
    String host = Origin.of(exchange.uri()).toString();
    if (isCancelled(exchange, failure)) {
      return cancelled(activity, failure);
    }
    if (failure instanceof SentBody.Failure body) {
      return body.own();
    }
    IOException sending = exchange.brokenBody();
    Optional<String> stalled = exchange.stallDetector().stalled();
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
    return unanswered(activity, host, through, cause, sending);
  }

  /**
   * Returns the exception for a request without a response.
   *
   * @param through the host, and the proxy if one is used
   * @param sending the failure to send the body; null without one
   */
  private static IOException unanswered(
      String activity,
      String host,
      String through,
      IOException cause,
      @Nullable IOException sending) {
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
          "%s: the response of %s is not HTTP; does the host expect TLS?"
              .formatted(activity, through),
          cause);
    }
    String why =
        cause instanceof NoHttpResponseException && sending == null
            ? "closed without an answer"
            : words(sending == null ? cause : sending);
    return transfer(TransferException.Kind.BROKEN, activity, through + ": " + why, cause);
  }

  /** Returns the exception for a response whose body ended early. */
  static IOException whileReading(Exchange exchange, IOException failure, long count, long length) {
    String activity = exchange.request().activity();
    String host = Origin.of(exchange.uri()).toString();
    if (isCancelled(exchange, failure)) {
      return cancelled(activity, failure);
    }
    Optional<String> stalled = exchange.stallDetector().stalled();
    if (stalled.isPresent()) {
      return stalled(activity, host, stalled.get(), failure);
    }
    String bytes = length < 0 ? count + " bytes" : count + " of " + length + " bytes";
    return new TransferException(
        TransferException.Kind.BROKEN,
        "%s: connection to %s broken after %s".formatted(activity, host, bytes),
        failure);
  }

  /**
   * Returns the kind of a failure in a word or two, for traces. Messages are not used: they may
   * quote the host.
   */
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
    return "failed";
  }

  /** Returns the reason for a failure, for {@link NoAnswerException}. */
  static NoAnswerException.Reason reason(Exchange exchange, IOException failure) {
    if (exchange.closed()) {
      return NoAnswerException.Reason.OTHER;
    }
    if (failure instanceof SentBody.Failure) {
      return NoAnswerException.Reason.BODY;
    }
    if (exchange.diedBeforeRequest()) {
      return NoAnswerException.Reason.STALE_CONNECTION;
    }
    if (isPlain(failure)) {
      return NoAnswerException.Reason.NO_TLS;
    }
    return failure instanceof ConnectException
        ? NoAnswerException.Reason.REFUSED_CONNECTION
        : NoAnswerException.Reason.OTHER;
  }

  /** Whether this side ended the exchange, by closing the transport or by an interrupt. */
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

  /** Whether the host probably does not speak TLS: it sent neither TLS nor an alert. */
  private static boolean isPlain(IOException failure) {
    return failure instanceof Tls.HandshakeException
        && failure.getCause() instanceof SSLException e
        && e.getClass() == SSLException.class;
  }

  /** Returns the message of a failure, without the addresses that BoringSSL adds. */
  private static String words(IOException failure) {
    return failure instanceof SSLException e
        ? NativeTls.error(e).orElse(Words.of(e))
        : Words.of(failure);
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
      problem = "the certificate of %s is for another host";
      remedy = Remedy.WITHOUT_TLS_CHECKS;
    } else if (e.getClass() == SSLException.class) {
      problem = "%s does not speak TLS";
      remedy = Remedy.PLAIN_HTTP;
    } else {
      problem = "the TLS handshake with %s failed";
      remedy = Remedy.CLIENT_CERTIFICATE;
    }
    String reason = NativeTls.error(e).orElse(Words.of(root));
    return new RegistryException(
        RegistryException.Kind.REFUSED,
        0,
        "%s: %s (%s)".formatted(activity, problem.formatted(host), reason),
        remedy,
        e);
  }
}
