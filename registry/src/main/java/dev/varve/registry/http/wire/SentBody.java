package dev.varve.registry.http.wire;

import com.google.api.client.http.HttpContent;
import dev.varve.registry.http.Body;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way. It tells its own failures from those of the network. When the network fails,
 * or the host answers before all was sent, it ends as if all was well: the answer, which says why,
 * may be there to be read.
 */
final class SentBody implements HttpContent {
  /** Small writes are gathered to this; it is also what a slow connection takes at once. */
  private static final int PIECE = 64 << 10;

  private final Body body;
  private final Watched watched;
  private @Nullable Conversation conversation;
  private boolean needless;
  private boolean begun;
  private long sentBytes;
  private boolean stalled;
  private @Nullable IOException broken;

  SentBody(Body body, Watched watched) {
    this.body = body;
    this.watched = watched;
  }

  /** The body itself failed: its source can't be read, say. */
  static final class Failure extends IOException {
    private static final long serialVersionUID = 1L;

    private final IOException own;

    Failure(IOException own) {
      super(own);
      this.own = own;
    }

    IOException own() {
      return own;
    }
  }

  /** The host answered before it had all. */
  private static final class EarlyAnswer extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** What is received here while the body is sent may be the answer to it. */
  void listenTo(Conversation with) {
    conversation = with;
  }

  /** The host has answered before it was asked for: nothing is to be sent. */
  void spare() {
    needless = true;
  }

  /** How many bytes went to the network. */
  long sentBytes() {
    return sentBytes;
  }

  boolean begun() {
    return begun;
  }

  /** Whether less than all was sent, so that the connection is of no further use. */
  boolean cut() {
    return needless || broken != null;
  }

  /** What cut it, if that was the network. */
  @Nullable IOException broken() {
    return stalled || broken instanceof EarlyAnswer ? null : broken;
  }

  @Override
  public long getLength() {
    return body.length();
  }

  @Override
  public String getType() {
    return body.contentType();
  }

  @Override
  public boolean retrySupported() {
    return false;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    if (needless) {
      return;
    }
    begun = true;
    watched.answered();
    try {
      Out counted = new Out(out, body.length());
      body.writeTo(counted);
      counted.finish();
    } catch (IOException e) {
      if (broken == null) {
        throw new Failure(e);
      }
      stalled = watched.stalled().isPresent();
      if (stalled) {
        throw e;
      }
      if (!(broken instanceof EarlyAnswer)) {
        watched.awaitLastWords();
      }
      return;
    }
    watched.awaitAnswer();
  }

  /** Some bytes that go to the network. */
  private interface Move {
    long run() throws IOException;
  }

  private long moving(Move move) throws IOException {
    IOException before = broken;
    if (before != null) {
      throw before;
    }
    long moved = 0;
    watched.enter();
    try {
      Conversation with = conversation;
      if (with != null && with.answered()) {
        throw new EarlyAnswer();
      }
      moved = move.run();
      return moved;
    } catch (IOException e) {
      broken = e;
      throw e;
    } finally {
      watched.leave(moved);
      sentBytes += moved;
    }
  }

  /** Sends pieces of a good size, and no other number of bytes than was announced. */
  private final class Out extends OutputStream {
    private final OutputStream out;
    private final byte[] buffer;
    private long left;
    private int count;

    Out(OutputStream out, long length) {
      this.out = out;
      this.left = length;
      this.buffer = new byte[(int) Math.min(PIECE, Math.max(1, length))];
    }

    @Override
    public void write(int b) throws IOException {
      announced(1);
      if (count == buffer.length) {
        send();
      }
      buffer[count++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      announced(length);
      int from = offset;
      int rest = length;
      while (rest > 0) {
        if (count == 0 && rest >= PIECE) {
          send(bytes, from, PIECE);
          from += PIECE;
          rest -= PIECE;
        } else {
          int some = Math.min(rest, buffer.length - count);
          System.arraycopy(bytes, from, buffer, count, some);
          count += some;
          from += some;
          rest -= some;
          if (count == buffer.length) {
            send();
          }
        }
      }
    }

    private void announced(int length) throws IOException {
      if (length > left) {
        throw new IOException(
            "the body is longer than the " + body.length() + " bytes that were announced");
      }
      left -= length;
    }

    void finish() throws IOException {
      send();
      if (left > 0) {
        throw new IOException(
            "the body ended %d bytes before the %d that were announced"
                .formatted(left, body.length()));
      }
    }

    private void send() throws IOException {
      send(buffer, 0, count);
      count = 0;
    }

    private void send(byte[] bytes, int offset, int length) throws IOException {
      moving(
          () -> {
            out.write(bytes, offset, length);
            return length;
          });
    }

    /** Flushing is left to {@link #finish}. */
    @Override
    public void flush() {}
  }
}
