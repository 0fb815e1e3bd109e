package dev.varve.registry.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server whose connections are handled byte by byte, to break the rules of HTTP. */
public final class RawServer implements Closeable {
  private final ServerSocket socket;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  final AtomicInteger count = new AtomicInteger();

  /** Handles a connection. */
  @FunctionalInterface
  public interface Handler {
    void handle(Socket connection) throws IOException, InterruptedException;
  }

  public RawServer(Handler handler) throws IOException {
    socket = new ServerSocket();
    socket.setReceiveBufferSize(32 << 10);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    daemon(
        () -> {
          while (true) {
            Socket connection = socket.accept();
            connections.add(connection);
            count.incrementAndGet();
            daemon(
                () -> {
                  try (connection) {
                    handler.handle(connection);
                  }
                });
          }
        });
  }

  /** A task whose failure is ignored. */
  @FunctionalInterface
  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private static void daemon(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException | InterruptedException e) {
                // The test has ended, or the client closed the connection.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  public int port() {
    return socket.getLocalPort();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** Reads a request line and its headers, and returns them. */
  public static String head(Socket connection) throws IOException {
    InputStream in = connection.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("no request");
      }
      head.append((char) b);
    }
    return head.toString();
  }

  public static void send(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    connection.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
