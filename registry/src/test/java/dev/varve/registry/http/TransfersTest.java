package dev.varve.registry.http;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of connections that break, stall or end early. */
@Timeout(30)
final class TransfersTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(200);

  /** Larger than the buffers of a connection. */
  private static final int UPLOAD = 16 << 20;

  private static Request get(RawServer server) {
    return new Request("pulling x", "GET", server.uri("/x?secret=1")).once();
  }

  private static Request put(RawServer server, long length) {
    return new Request("pushing x", "PUT", server.uri("/x?secret=1")).with(zeros(length)).once();
  }

  private static Body zeros(long length) {
    return new Body("application/octet-stream", length, () -> Zeros.of(length));
  }

  /** Returns a body that is read from a file. */
  private static Body bodyOf(Path file) throws IOException {
    return new Body(
        "application/octet-stream",
        Files.size(file),
        () -> Channels.newInputStream(FileChannel.open(file)));
  }

  private static void skip(Socket connection, long length) throws IOException {
    connection.getInputStream().skipNBytes(length);
  }

  @Test
  void aTruncatedBodyFails() throws IOException {
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234");
                });
        Fixture fixture = new Fixture();
        Response response = fixture.http.send(get(server))) {
      assertThat(response.length()).isEqualTo(10);

      TransferException failure =
          catchThrowableOfType(TransferException.class, () -> response.body().readAllBytes());

      assertThat(failure.kind()).isEqualTo(TransferException.Kind.BROKEN);
      assertThat(failure)
          .hasMessage(
              "pulling x: connection to 127.0.0.1:%d broken after 4 of 10 bytes", server.port());
    }
  }

  @Test
  void truncatedChunksFail() throws IOException {
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(
                      connection,
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n");
                });
        Fixture fixture = new Fixture();
        Response response = fixture.http.send(get(server))) {
      assertThat(response.length()).isEqualTo(-1);

      assertThatThrownBy(() -> response.body().readAllBytes())
          .isInstanceOf(TransferException.class)
          .hasMessage("pulling x: connection to 127.0.0.1:%d broken after 4 bytes", server.port());
    }
  }

  @Test
  void aDownloadThatStallsIsCancelled() throws IOException {
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234");
                  connection.getInputStream().read();
                });
        Fixture fixture = new Fixture(Fixture.impatient(LONG, 1000, SHORT));
        Response response = fixture.http.send(get(server))) {
      TransferException failure =
          catchThrowableOfType(TransferException.class, () -> response.body().readAllBytes());

      assertThat(failure.kind()).isEqualTo(TransferException.Kind.STALLED);
      assertThat(failure)
          .hasMessageMatching(
              "pulling x: stalled: [04] bytes in [0-9]+ ms \\(127.0.0.1:" + server.port() + "\\)");
    }
  }

  @Test
  void aSlowReaderDoesNotStallTheExchange() throws Exception {
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n1234");
                  connection.getInputStream().read();
                });
        Fixture fixture = new Fixture(Fixture.impatient(LONG, 1000, Duration.ofMillis(80)));
        Response response = fixture.http.send(get(server))) {
      Thread.sleep(200);
      assertThat(response.body().read()).isEqualTo('1');
      Thread.sleep(200);
      assertThat(response.body().readAllBytes()).hasSize(3);
    }
  }

  @Test
  void anUploadThatStallsIsCancelled() throws IOException {
    CountDownLatch over = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
                  over.await();
                });
        Fixture fixture = new Fixture(Fixture.impatient(LONG, 1_000_000, SHORT))) {
      TransferException failure =
          catchThrowableOfType(
              TransferException.class, () -> fixture.http.send(put(server, 1L << 30)));
      over.countDown();

      assertThat(failure.kind()).isEqualTo(TransferException.Kind.STALLED);
      assertThat(failure).hasMessageStartingWith("pushing x: stalled: ");
    }
  }

  @Test
  void aMissingResponseTimesOut() throws IOException {
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  connection.getInputStream().read();
                });
        Fixture fixture = new Fixture(Fixture.impatient(SHORT, 1, LONG))) {
      assertThatThrownBy(() -> fixture.http.send(get(server)))
          .isInstanceOf(TransferException.class)
          .hasMessage("pulling x: no answer within 200 ms (127.0.0.1:%d)", server.port());
    }
  }

  @Test
  void noBodyIsSentToAHostThatRefusesTheHead() throws Exception {
    AtomicLong received = new AtomicLong();
    CountDownLatch gone = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(connection, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
                  try {
                    while (connection.getInputStream().read() >= 0) {
                      received.incrementAndGet();
                    }
                  } finally {
                    gone.countDown();
                  }
                });
        Fixture fixture = new Fixture()) {
      try (Response response = fixture.http.send(put(server, 1 << 20))) {
        assertThat(response.status()).isEqualTo(401);
      }
      gone.await();
      assertThat(received).hasValue(0);
    }
  }

  @Test
  void noBodyIsSentToAHostThatRedirects() throws IOException {
    AtomicLong received = new AtomicLong();
    try (RawServer second =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
                  skip(connection, 1 << 20);
                  RawServer.send(connection, "HTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n");
                });
        RawServer first =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(
                      connection,
                      "HTTP/1.1 307 There\r\nContent-Length: 0\r\nLocation: "
                          + second.uri("/y")
                          + "\r\n\r\n");
                  while (connection.getInputStream().read() >= 0) {
                    received.incrementAndGet();
                  }
                });
        Fixture fixture = new Fixture()) {
      try (Response response = fixture.http.send(put(first, 1 << 20))) {
        assertThat(response.status()).isEqualTo(201);
      }
      assertThat(received).hasValue(0);
    }
  }

  @Test
  void anEarlyResponseIsRead() throws IOException {
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
                  skip(connection, 500_000);
                  RawServer.send(
                      connection,
                      "HTTP/1.1 413 Big\r\nConnection: close\r\nContent-Length: 7\r\n\r\ntoo big");
                });
        Fixture fixture = new Fixture();
        Response response = fixture.http.send(put(server, 1L << 30))) {
      assertThat(response.status()).isEqualTo(413);
      assertThat(Fixture.text(response)).isEqualTo("too big");
    }
  }

  /** Sends interim responses before, during and after the body, and reads all of it. */
  private static void respondWithInterimResponses(Socket connection) throws IOException {
    RawServer.head(connection);
    RawServer.send(connection, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    RawServer.send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
    skip(connection, 1 << 20);
    RawServer.send(
        connection, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </b>\r\n\r\n");
    skip(connection, UPLOAD - (1 << 20));
    RawServer.send(connection, "HTTP/1.1 102 Processing\r\n\r\n");
    RawServer.send(
        connection, "HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
  }

  @Test
  void interimResponsesDoNotStopABody(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("x"), new byte[UPLOAD]);
    try (RawServer server = new RawServer(TransfersTest::respondWithInterimResponses);
        Fixture fixture = new Fixture()) {
      Request request = new Request("pushing x", "PUT", server.uri("/x")).once();
      for (Body body : List.of(zeros(UPLOAD), bodyOf(file))) {
        try (Response response = fixture.http.send(request.with(body))) {
          assertThat(response.status()).isEqualTo(201);
          assertThat(Fixture.text(response)).isEqualTo("ok");
        }
      }
    }
  }

  @Test
  void aLateContinueDoesNotStopABody(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("x"), new byte[UPLOAD]);
    RawServer.Handler slow =
        connection -> {
          RawServer.head(connection);
          skip(connection, 100_000); // the client sends without waiting any longer
          RawServer.send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
          skip(connection, UPLOAD - 100_000);
          RawServer.send(
              connection,
              "HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        };
    try (RawServer server = new RawServer(slow);
        Fixture fixture = new Fixture()) {
      Request request = new Request("pushing x", "PUT", server.uri("/x")).once();
      for (Body body : List.of(zeros(UPLOAD), bodyOf(file))) {
        try (Response response = fixture.http.send(request.with(body))) {
          assertThat(response.status()).isEqualTo(201);
        }
      }
    }
  }

  @Test
  void aPartialResponseTimesOut() throws IOException {
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
                  skip(connection, 500_000);
                  RawServer.send(connection, "HTTP/1.1 10");
                  skip(connection, 1L << 30);
                });
        Fixture fixture = new Fixture(Fixture.impatient(SHORT, 1, LONG))) {
      assertThatThrownBy(() -> fixture.http.send(put(server, 1L << 30)))
          .isInstanceOf(TransferException.class)
          .hasMessage("pushing x: no answer within 200 ms (127.0.0.1:%d)", server.port());
    }
  }

  @Test
  void aBrokenUploadIsReported() throws IOException {
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
                  skip(connection, 500_000);
                });
        Fixture fixture = new Fixture()) {
      TransferException failure =
          catchThrowableOfType(
              TransferException.class, () -> fixture.http.send(put(server, 1L << 30)));

      assertThat(failure.kind()).isEqualTo(TransferException.Kind.BROKEN);
      assertThat(failure)
          .hasMessageStartingWith(
              "pushing x: connection broken (127.0.0.1:" + server.port() + ": ");
    }
  }

  @Test
  void closingAResponseDoesNotDownloadTheRest() throws Exception {
    AtomicLong sent = new AtomicLong();
    CountDownLatch gone = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(
                      connection, "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n");
                  byte[] piece = new byte[64 << 10];
                  try {
                    for (int i = 0; i < 1 << 14; i++) {
                      connection.getOutputStream().write(piece);
                      sent.addAndGet(piece.length);
                    }
                  } finally {
                    gone.countDown();
                  }
                });
        Fixture fixture = new Fixture()) {
      try (Response response = fixture.http.send(get(server))) {
        response.body().skipNBytes(100_000);
      }
      gone.await();
      assertThat(sent.get()).isLessThan(64 << 20);
    }
  }

  @Test
  void aSmallUnreadBodyIsReadToKeepTheConnection() throws IOException {
    try (RawServer server =
            new RawServer(
                connection -> {
                  while (true) {
                    RawServer.head(connection);
                    RawServer.send(
                        connection, "HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\nnot there");
                  }
                });
        Fixture fixture = new Fixture()) {
      for (int i = 0; i < 3; i++) {
        fixture.http.send(get(server)).close();
      }
      assertThat(server.count).hasValue(1);
    }
  }

  @Test
  void aConnectionClosedInThePoolIsReplaced() throws IOException {
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                });
        Fixture fixture = new Fixture()) {
      Request request = new Request("asking", "GET", server.uri("/"));
      for (int i = 0; i < 3; i++) {
        fixture.http.send(request).close();
      }
      assertThat(fixture.notices).isEmpty();
      assertThat(server.count).hasValue(3);
    }
  }

  @Test
  void requestsWithAndWithoutBodyHaveSeparateLimits() throws Exception {
    CountDownLatch firstHasArrived = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(
                connection -> {
                  boolean put = RawServer.head(connection).startsWith("PUT");
                  if (!put) {
                    firstHasArrived.countDown();
                    go.await();
                  } else {
                    skip(connection, 3);
                  }
                  RawServer.send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                });
        Fixture fixture = new Fixture(HttpSettings.defaults("x").withLimits(1, 1))) {
      Thread[] gets = new Thread[2];
      for (int i = 0; i < gets.length; i++) {
        gets[i] =
            new Thread(
                () -> {
                  try {
                    fixture.http.send(get(server)).close();
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
        gets[i].start();
      }
      firstHasArrived.await();
      fixture.http.send(put(server, 3)).close();
      assertThat(server.count).hasValue(2);
      go.countDown();
      for (Thread thread : gets) {
        thread.join();
      }
    }
  }

  @Test
  void anInterruptedRequestIsNotRetried(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("blob");
    try (FileChannel empty = FileChannel.open(file, CREATE, WRITE)) {
      empty.write(ByteBuffer.allocate(1), 64 << 20);
    }
    Thread sender = Thread.currentThread();
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  connection.getInputStream().skipNBytes(1 << 20);
                  sender.interrupt();
                  connection.getInputStream().readAllBytes();
                });
        Fixture fixture = new Fixture()) {
      Request request = new Request("pushing x", "PUT", server.uri("/x")).with(bodyOf(file));

      assertThatThrownBy(() -> fixture.http.send(request))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("pushing x: cancelled");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(fixture.notices).isEmpty();
    }
  }

  @Test
  void closingCancelsRunningRequests() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  asked.countDown();
                  connection.getInputStream().read();
                });
        Fixture fixture = new Fixture()) {
      Thread closer =
          new Thread(
              () -> {
                try {
                  asked.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                fixture.http.close();
              });
      closer.start();
      assertThatThrownBy(() -> fixture.http.send(get(server))).hasMessage("pulling x: cancelled");
      closer.join();
    }
  }

  @Test
  void aClosedResponseCanNotBeRead() throws IOException {
    try (RawServer server =
            new RawServer(
                connection -> {
                  RawServer.head(connection);
                  RawServer.send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
                });
        Fixture fixture = new Fixture()) {
      Response response = fixture.http.send(get(server));
      InputStream body = response.body();
      response.close();
      response.close();

      assertThatThrownBy(body::read).hasMessage("pulling x: the response is closed");
    }
  }
}
