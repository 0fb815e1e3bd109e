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
 * A way to a host, on which nothing moves any more when so many bytes have passed, both ways, or
 * from a certain request on, which does not arrive. Requests are seen where their first line is
 * read in one piece, as it is sent.
 */
final class JammedLink implements Closeable {
  private final ServerSocket entrance;
  private final long most;
  private volatile Predicate<String> stops = text -> false;
  private final AtomicLong passed = new AtomicLong();
  private volatile CountDownLatch jammed = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** Opens it; {@code host} as in an image's name, with a port. */
  JammedLink(String host, long most) throws IOException {
    this.most = most;
    this.entrance = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    String[] parts = host.split(":", 2);
    daemon(
        () -> {
          while (true) {
            Socket near = kept(entrance.accept());
            Socket far = kept(new Socket(parts[0], Integer.parseInt(parts[1])));
            daemon(() -> pass(near, far, true));
            daemon(() -> pass(far, near, false));
          }
        });
  }

  private Socket kept(Socket socket) {
    sockets.add(socket);
    return socket;
  }

  private interface Job {
    void run() throws IOException, InterruptedException;
  }

  private static void daemon(Job job) {
    Thread thread =
        new Thread(
            () -> {
              try {
                job.run();
              } catch (IOException | InterruptedException e) {
                // One of the two sides is gone.
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
        if (passed.addAndGet(n) > most || stops.test(text)) {
          jammed.countDown();
        }
        if (jammed.getCount() == 0) {
          closed.await();
        }
        out.write(buffer, 0, n);
      }
    }
  }

  /** Has it jam at a request, whose first line begins so, when so many of them have passed. */
  void jamAt(String request, int after) {
    Pattern pattern = Pattern.compile("^" + request);
    AtomicInteger left = new AtomicInteger(after);
    stops = text -> pattern.matcher(text).find() && left.getAndDecrement() == 0;
  }

  /** Lets things move again, but for what was on its way. */
  void mend() throws IOException {
    stops = text -> false;
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
    jammed = new CountDownLatch(1);
  }

  /** Where it begins, as in an image's name. */
  String host() {
    return "127.0.0.1:" + entrance.getLocalPort();
  }

  /** Waits until it is jammed. */
  void awaitJam() throws InterruptedException {
    if (!jammed.await(2, TimeUnit.MINUTES)) {
      throw new AssertionError("only " + passed() + " bytes came in 2 min, of " + most);
    }
  }

  /** How many bytes came until now. */
  long passed() {
    return passed.get();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    entrance.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
