package dev.varve.registry.http.wire;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request on a connection and receives its final response. A host may send interim
 * responses at any time, and the final response before it has received the whole body; both are
 * received while the body is sent.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15.2">RFC 9110, informational
 *     responses</a>
 */
final class Conversation {
  /** How long to wait for 100 Continue before the body is sent; not all hosts implement it. */
  private static final Timeout CONTINUE_TIME = Timeout.ofSeconds(1);

  /** The shortest timeout; 0 would wait forever. */
  private static final Timeout NO_TIME = Timeout.ofMilliseconds(1);

  /**
   * How often to check a TLS connection for a response; the check has to read from the connection.
   */
  private static final Duration TLS_PAUSE = Duration.ofMillis(100);

  private final HttpClientConnection connection;
  private final Exchange exchange;
  private final @Nullable Socket plain;
  private @Nullable ClassicHttpResponse response;
  private @Nullable HttpException malformed;
  private boolean mayHoldMore;
  private long looked = System.nanoTime();

  Conversation(HttpClientConnection connection, Exchange exchange) {
    this.connection = connection;
    this.exchange = exchange;
    this.plain = plainSocket(connection);
  }

  private static @Nullable Socket plainSocket(HttpClientConnection connection) {
    return connection instanceof ManagedHttpClientConnection managed
            && !(managed.getSocket() instanceof SSLSocket)
        ? managed.getSocket()
        : null;
  }

  /** Sends the request, and returns the response once its headers are received. */
  ClassicHttpResponse run(ClassicHttpRequest request) throws HttpException, IOException {
    connection.sendRequestHeader(request);
    if (request.getEntity() != null) {
      if (request.containsHeader("Expect")) {
        connection.flush();
        awaitContinue();
      }
      if (response == null) {
        connection.sendRequestEntity(request);
      }
    }
    if (exchange.mayReuse()) {
      connection.flush();
    }
    if (malformed != null) {
      throw malformed;
    }
    while (response == null) {
      receive();
    }
    ClassicHttpResponse last = response;
    if (MessageSupport.canResponseHaveBody(request.getMethod(), last)) {
      connection.receiveResponseEntity(last);
    }
    return last;
  }

  private void awaitContinue() throws HttpException, IOException {
    boolean goOn = false;
    while (response == null && !goOn && connection.isDataAvailable(CONTINUE_TIME)) {
      goOn = receive() == 100;
    }
  }

  /** Receives the status line and the headers of a response, and returns the status. */
  private int receive() throws HttpException, IOException {
    ClassicHttpResponse head = connection.receiveResponseHeader();
    int status = head.getCode();
    if (status < 100) {
      throw new ProtocolException("expected a status of at least 100, got " + status);
    }
    if (status >= 200) {
      response = head;
      exchange.answered();
    }
    return status;
  }

  /**
   * Returns whether the final response was received while the body is still being sent. Receives
   * the headers of at most one response, so that a host that sends endless interim responses does
   * not block the body.
   */
  boolean answered() throws IOException {
    if (response == null && malformed == null && hasCome()) {
      exchange
          .stallDetector()
          .expectEarlyResponse(); // an incomplete response must not block the body
      try {
        receive();
      } catch (HttpException e) {
        malformed = e; // thrown once the body has ended, as failures to send the body are
      }
      exchange.stallDetector().received();
      mayHoldMore = true;
    }
    return response != null || malformed != null;
  }

  private boolean hasCome() throws IOException {
    Socket socket = plain;
    if (mayHoldMore) {
      mayHoldMore = false; // the connection's buffer may hold several responses
      return connection.isDataAvailable(NO_TIME);
    }
    if (socket != null) {
      return socket.getInputStream().available() > 0;
    }
    long now = System.nanoTime();
    if (now - looked < TLS_PAUSE.toNanos()) {
      return false;
    }
    looked = now;
    return connection.isDataAvailable(NO_TIME);
  }
}
