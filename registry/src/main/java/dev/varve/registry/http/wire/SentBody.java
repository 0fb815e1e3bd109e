package dev.varve.registry.http.wire;

import com.google.api.client.http.HttpContent;
import dev.varve.registry.http.Body;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way. It tells its own failures from those of the network. When the network fails,
 * or the host answers before all was sent, it ends as if all was well: the answer, which says why,
 * may be there to be read.
 */
final class SentBody implements HttpContent {
  /** The number of bytes that are sent at once: also what a slow connection takes at once. */
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
      copy(out);
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

  /** Sends as many bytes as the head of the request announced; verifies that there are no more. */
  private void copy(OutputStream out) throws IOException {
    byte[] piece = new byte[(int) Math.min(PIECE, Math.max(1, body.length()))];
    long left = body.length();
    try (InputStream in = body.open()) {
      do {
        int wanted = (int) Math.min(piece.length, left);
        int n = in.readNBytes(piece, 0, wanted);
        left -= n;
        if (n < wanted) {
          throw new IOException(
              "the body ended %d bytes before the %d that were announced"
                  .formatted(left, body.length()));
        }
        // Before the last bytes are sent: a content that verifies itself does so at its end.
        if (left == 0 && in.read() >= 0) {
          throw new IOException(
              "the body is longer than the " + body.length() + " bytes that were announced");
        }
        send(out, piece, n);
      } while (left > 0);
    }
  }

  private void send(OutputStream out, byte[] piece, int length) throws IOException {
    long sent = 0;
    watched.enter();
    try {
      Conversation with = conversation;
      if (with != null && with.answered()) {
        throw new EarlyAnswer();
      }
      out.write(piece, 0, length);
      sent = length;
    } catch (IOException e) {
      broken = e;
      throw e;
    } finally {
      watched.leave(sent);
      sentBytes += sent;
    }
  }
}
