package dev.varve.registry.fake;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * A failure of a request. Numbers of bytes refer to bodies, without headers.
 *
 * @see FakeRegistry#failNext
 */
public final class Fault {
  private final UnaryOperator<Request> before;
  private final boolean handled;
  private final UnaryOperator<Reply> after;

  private Fault(UnaryOperator<Request> before, boolean handled, UnaryOperator<Reply> after) {
    this.before = before;
    this.handled = handled;
    this.after = after;
  }

  /** Sends this status without a body, and does not handle the request. */
  public static Fault status(int status) {
    return new Fault(request -> request, false, reply -> Reply.of(status));
  }

  /** Sends this status and text, and does not handle the request. */
  public static Fault status(int status, String text) {
    return new Fault(request -> request, false, reply -> Reply.of(status).text(text));
  }

  /**
   * Sends an error in the specification's format, such as 404 BLOB_UPLOAD_UNKNOWN, and does not
   * handle the request.
   */
  public static Fault error(int status, String code, String message) {
    return new Fault(request -> request, false, reply -> Reply.error(status, code, message));
  }

  /** Sends this number of bytes of the response's body, then closes the connection properly. */
  public static Fault cutResponse(long bytes) {
    return changed(reply -> reply.ending(new Reply.Ending(bytes, Fault::close)));
  }

  /**
   * Sends the response's headers and at most this number of bytes of its body, then resets the
   * connection.
   */
  public static Fault resetResponse(long bytes) {
    return changed(reply -> reply.ending(new Reply.Ending(bytes, Fault::reset)));
  }

  /**
   * Sends this number of bytes of the response's body, then nothing, and keeps the connection open.
   */
  public static Fault stallResponse(long bytes) {
    return changed(reply -> reply.ending(new Reply.Ending(bytes, Fault::stall)));
  }

  /** Handles the request and closes the connection without a response. */
  public static Fault noResponse() {
    return changed(reply -> reply.ending(new Reply.Ending(-1, Fault::close)));
  }

  /** Reads and uses this number of bytes of the request's body, then resets the connection. */
  public static Fault cutRequest(long bytes) {
    return read(bytes, Fault::reset);
  }

  /** Reads at most this number of bytes of the request's body, and sends no response. */
  public static Fault stallRequest(long bytes) {
    return read(bytes, Fault::stall);
  }

  /** Handles the request after this time. */
  public static Fault delay(Duration time) {
    return new Fault(
        request -> {
          sleep(time.toMillis());
          return request;
        },
        true,
        reply -> reply);
  }

  /** Flips one bit in the last byte of the response's body. */
  public static Fault wrongBytes() {
    return changed(reply -> reply.content(new Distorted(reply.content(), 0, true)));
  }

  /**
   * Lengthens the response's body with zeros, or shortens it, and changes its Content-Length alike.
   *
   * @param difference the number of bytes added; negative to shorten the body
   */
  public static Fault wrongLength(long difference) {
    return changed(reply -> reply.content(new Distorted(reply.content(), difference, false)));
  }

  /** Replaces a header of the response. */
  public static Fault wrongHeader(String name, String value) {
    return changed(reply -> reply.header(name, value));
  }

  /** Returns this fault with a header added to the response. */
  public Fault header(String name, String value) {
    return new Fault(before, handled, reply -> after.apply(reply).header(name, value));
  }

  /**
   * Returns this fault, except that the request is handled before its response reports a failure.
   */
  public Fault afterHandling() {
    return new Fault(before, true, after);
  }

  /** Returns this fault, with an action after the request was handled and before its response. */
  public Fault then(Runnable action) {
    return new Fault(
        before,
        handled,
        reply -> {
          action.run();
          return after.apply(reply);
        });
  }

  Reply apply(Request request, HttpServer.Handler handler) throws IOException {
    Request changed = before.apply(request);
    return after.apply(handled ? handler.handle(changed) : Reply.of(500));
  }

  private static Fault changed(UnaryOperator<Reply> change) {
    return new Fault(request -> request, true, change);
  }

  private static Fault read(long bytes, Reply.Act then) {
    return new Fault(
        request -> request.withContent(new Limited(request.content(), bytes, then)),
        true,
        reply -> reply.ending(new Reply.Ending(-1, then)));
  }

  private static void close() throws IOException {
    throw new IOException("closed by a fault");
  }

  private static void reset() throws IOException {
    throw new ConnectionResetException("reset by a fault");
  }

  private static void stall() throws IOException {
    sleep(Long.MAX_VALUE);
    throw new ConnectionResetException("stalled by a fault");
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A body that can be read up to a limit. */
  private static final class Limited extends InputStream {
    private final InputStream in;
    private final Reply.Act then;
    private long left;

    Limited(InputStream in, long left, Reply.Act then) {
      this.in = in;
      this.left = left;
      this.then = then;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        then.run();
      }
      int n = in.read(buffer, offset, (int) Math.min(length, left));
      left -= Math.max(n, 0);
      return n;
    }
  }

  /** A content with a wrong length or a wrong last byte. */
  private record Distorted(Reply.Content content, long added, boolean flipped)
      implements Reply.Content {
    @Override
    public long length() {
      return Math.max(0, content.length() + added);
    }

    @Override
    public InputStream open() throws IOException {
      InputStream in = content.open();
      long last = length() - 1;
      return new InputStream() {
        private long position;

        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          if (position > last) {
            return -1;
          }
          int n = in.read(buffer, offset, (int) Math.min(length, last + 1 - position));
          if (n < 0) {
            buffer[offset] = 0;
            n = 1;
          }
          position += n;
          if (flipped && position == last + 1) {
            buffer[offset + n - 1] ^= 1;
          }
          return n;
        }

        @Override
        public void close() throws IOException {
          in.close();
        }
      };
    }
  }
}
