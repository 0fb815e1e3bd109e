package dev.varve.registry.fake;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** An HTTP/1.1 server on a free port of 127.0.0.1, with a thread for each connection. */
final class HttpServer implements Closeable {
  /** Handles a request; an exception breaks the connection. */
  interface Handler {
    Reply handle(Request request) throws IOException;
  }

  private final Handler handler;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "fake-registry");
            thread.setDaemon(true);
            return thread;
          });

  HttpServer(Handler handler) throws IOException {
    this.handler = handler;
    this.server = new ServerSocket(0, 200, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    threads.execute(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        threads.execute(() -> serve(socket));
      }
    } catch (IOException | RejectedExecutionException e) {
      // The server was closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      new Connection(socket).serve(handler);
    } catch (IOException e) {
      // The client closed the connection, or a fault did.
    } finally {
      open.remove(socket);
    }
  }

  /** Breaks all connections and waits for their threads to end, including stalled ones. */
  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
    for (Socket socket : open) {
      socket.close();
    }
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IOException("closing the fake registry: a request does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
