package dev.varve.cli.command;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A TCP proxy that stops forwarding after a number of bytes in both directions, or at a certain
 * request, which it withholds. It recognizes requests whose first line arrives in one piece, as
 * clients send it.
 */
final class StallingProxy implements Closeable {
  private final ServerSocket server;
  private final long limit;
  private volatile Predicate<String> stallsAt = text -> false;
  private final AtomicLong passed = new AtomicLong();
  private volatile CountDownLatch stalled = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** Starts a proxy to the host, given as HOST:PORT, that stalls after {@code limit} bytes. */
  StallingProxy(String host, long limit) throws IOException {
    this.limit = limit;
    this.server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    String[] parts = host.split(":", 2);
    daemon(
        () -> {
          while (true) {
            Socket near = register(server.accept());
            Socket far = register(new Socket(parts[0], Integer.parseInt(parts[1])));
            daemon(() -> pass(near, far, true));
            daemon(() -> pass(far, near, false));
          }
        });
  }

  private Socket register(Socket socket) {
    sockets.add(socket);
    return socket;
  }

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
                // One of the two sides closed its connection.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void pass(Socket from, Socket to, boolean requests)
      throws IOException, InterruptedException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int n; (n = in.read(buffer)) >= 0; ) {
        String text = requests ? new String(buffer, 0, n, StandardCharsets.ISO_8859_1) : "";
        if (passed.addAndGet(n) > limit || stallsAt.test(text)) {
          stalled.countDown();
        }
        if (stalled.getCount() == 0) {
          closed.await();
          return; // what was withheld is never sent
        }
        out.write(buffer, 0, n);
      }
    }
  }

  /**
   * Makes the proxy stall at a request whose first line begins with this regular expression, after
   * {@code after} such requests.
   */
  void stallAt(String request, int after) {
    Pattern pattern = Pattern.compile("^" + request);
    AtomicInteger remaining = new AtomicInteger(after);
    stallsAt = text -> pattern.matcher(text).find() && remaining.getAndDecrement() == 0;
  }

  /** Closes all connections and forwards new ones again. */
  void reconnect() throws IOException {
    stallsAt = text -> false;
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
    stalled = new CountDownLatch(1);
  }

  /** Returns the address of the proxy, as in an image's name. */
  String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** Waits until the proxy stalls. */
  void awaitStall() throws InterruptedException {
    if (!stalled.await(2, TimeUnit.MINUTES)) {
      throw new AssertionError("only " + passed() + " bytes came in 2 min, of " + limit);
    }
  }

  /** Returns the number of bytes received until now. */
  long passed() {
    return passed.get();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
