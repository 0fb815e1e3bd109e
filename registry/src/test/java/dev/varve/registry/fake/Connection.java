package dev.varve.registry.fake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A client's connection, which reads requests and writes replies until either side closes it. */
final class Connection {
  private static final int MAX_LINE = 1 << 16;

  /** The longest unread rest of a body that is read to keep the connection. */
  private static final int DRAINED = 256 << 10;

  /**
   * How long a client may continue to send after the last reply, before its connection is closed.
   */
  private static final int LINGER_MILLIS = 500;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  Connection(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
  }

  void serve(HttpServer.Handler handler) throws IOException {
    try {
      boolean keepAlive = true;
      while (keepAlive) {
        Request request = read();
        if (request == null) {
          return;
        }
        Reply reply = handler.handle(request);
        keepAlive = keepsAlive(request);
        send(request, reply, keepAlive);
      }
      discardUnreadInput();
    } catch (ConnectionResetException e) {
      // With this, closing the socket resets the connection, and discards unsent bytes.
      socket.setSoLinger(true, 0);
    }
  }

  private @Nullable Request read() throws IOException {
    String line = readLine(in);
    if (line == null) {
      return null;
    }
    String[] parts = line.split(" ", 3);
    if (parts.length < 3) {
      throw new IOException("expected a request line, got " + line);
    }
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String header = header(); !header.isEmpty(); header = header()) {
      int colon = header.indexOf(':');
      if (colon < 1) {
        throw new IOException("expected a header, got " + header);
      }
      headers.merge(
          header.substring(0, colon),
          header.substring(colon + 1).strip(),
          (one, other) -> one + ", " + other);
    }
    return new Request(parts[0], parts[1], headers, new RequestBody(in, out, headers));
  }

  private String header() throws IOException {
    String line = readLine(in);
    if (line == null) {
      throw new EOFException("the client stopped among its headers");
    }
    return line;
  }

  /** Reads a line and returns it without its end; null at the end of the stream. */
  static @Nullable String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      if (line.length() == MAX_LINE) {
        throw new IOException("expected lines of at most " + MAX_LINE + " bytes");
      }
      line.append((char) c);
    }
    int length = line.length();
    return length > 0 && line.charAt(length - 1) == '\r'
        ? line.substring(0, length - 1)
        : line.toString();
  }

  private static boolean keepsAlive(Request request) throws IOException {
    return !request.header("Connection").equalsIgnoreCase("close")
        && request.body().discard(DRAINED);
  }

  private void send(Request request, Reply reply, boolean keepAlive) throws IOException {
    Reply.Ending ending = reply.ending();
    if (ending.bytes() >= 0) {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + reply.status() + " \r\n");
      reply.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
      if (reply.status() >= 200 && reply.status() != 204 && reply.status() != 304) {
        head.append("Content-Length: " + reply.content().length() + "\r\n");
      }
      if (!keepAlive) {
        head.append("Connection: close\r\n");
      }
      out.write((head + "\r\n").getBytes(ISO_8859_1));
      if (!request.method().equals("HEAD")) {
        sendContent(reply.content(), ending.bytes());
      }
      out.flush();
    }
    ending.act().run();
  }

  private void sendContent(Reply.Content content, long limit) throws IOException {
    try (InputStream source = content.open()) {
      byte[] buffer = new byte[1 << 16];
      long left = Math.min(limit, content.length());
      while (left > 0) {
        int n = source.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (n < 0) {
          throw new EOFException("a content is shorter than it said");
        }
        out.write(buffer, 0, n);
        left -= n;
      }
    }
  }

  /**
   * Reads on for a while: an immediate close would reset the connection before the client has read
   * its reply.
   */
  private void discardUnreadInput() throws IOException {
    socket.shutdownOutput();
    socket.setSoTimeout(LINGER_MILLIS);
    long end = System.nanoTime() + LINGER_MILLIS * 1_000_000L;
    byte[] buffer = new byte[1 << 16];
    while (in.read(buffer) >= 0 && System.nanoTime() < end) {
      // Discarded.
    }
  }
}
