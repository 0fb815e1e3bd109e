package dev.varve.registry.fake;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Something that goes wrong with a request. Bytes are counted in bodies, without headers.
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

  /** An answer with this status and no body; the request does nothing. */
  public static Fault status(int status) {
    return new Fault(request -> request, false, reply -> Reply.of(status));
  }

  /** An answer with this status and text; the request does nothing. */
  public static Fault status(int status, String text) {
    return new Fault(request -> request, false, reply -> Reply.of(status).text(text));
  }

  /** An answer as the specification wants errors, such as 404 BLOB_UPLOAD_UNKNOWN. */
  public static Fault error(int status, String code, String message) {
    return new Fault(request -> request, false, reply -> Reply.error(status, code, message));
  }

  /** The answer's body breaks off: so many bytes arrive, then the connection ends properly. */
  public static Fault cutResponse(long bytes) {
    return changed(reply -> reply.ending(new Reply.Ending(bytes, Fault::close)));
  }

  /** The connection is reset when the answer's headers and so many bytes at most were sent. */
  public static Fault resetResponse(long bytes) {
    return changed(reply -> reply.ending(new Reply.Ending(bytes, Fault::reset)));
  }

  /** The answer's body stops after so many bytes, and the connection stays open. */
  public static Fault stallResponse(long bytes) {
    return changed(reply -> reply.ending(new Reply.Ending(bytes, Fault::stall)));
  }

  /** The request does what it does, and the connection is closed without an answer. */
  public static Fault noResponse() {
    return changed(reply -> reply.ending(new Reply.Ending(-1, Fault::close)));
  }

  /** The connection is reset when so many bytes of the request's body were read and used. */
  public static Fault cutRequest(long bytes) {
    return read(bytes, Fault::reset);
  }

  /** No more than so many bytes of the request's body are read, and no answer comes. */
  public static Fault stallRequest(long bytes) {
    return read(bytes, Fault::stall);
  }

  /** The request is handled only after a while. */
  public static Fault delay(Duration time) {
    return new Fault(
        request -> {
          sleep(time.toMillis());
          return request;
        },
        true,
        reply -> reply);
  }

  /** The last byte of the answer's body has one bit wrong. */
  public static Fault wrongBytes() {
    return changed(reply -> reply.content(new Distorted(reply.content(), 0, true)));
  }

  /**
   * The answer's body, and what it says of its length, is longer (by zeros) or shorter.
   *
   * @param difference bytes added; fewer where negative
   */
  public static Fault wrongLength(long difference) {
    return changed(reply -> reply.content(new Distorted(reply.content(), difference, false)));
  }

  /** The answer has this header, in place of the one it would have. */
  public static Fault wrongHeader(String name, String value) {
    return changed(reply -> reply.header(name, value));
  }

  /** The same with another header in the answer. */
  public Fault header(String name, String value) {
    return new Fault(before, handled, reply -> after.apply(reply).header(name, value));
  }

  /** The same, but the request does what it does before the answer says that it failed. */
  public Fault afterHandling() {
    return new Fault(before, true, after);
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
    throw new HangUp("reset by a fault");
  }

  private static void stall() throws IOException {
    sleep(Long.MAX_VALUE);
    throw new HangUp("stalled by a fault");
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A body that can't be read to its end. */
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

  /** A content that is not what it should be. */
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
