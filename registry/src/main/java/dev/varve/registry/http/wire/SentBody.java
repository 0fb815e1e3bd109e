package dev.varve.registry.http.wire;

import com.google.api.client.http.HttpContent;
import dev.varve.registry.http.Body;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends the body of a request, and keeps failures of the body apart from those of the network. If
 * the network fails, or the host answers before it has all bytes, sending ends without an
 * exception: the answer, which says why, may have come.
 */
final class SentBody implements HttpContent {
  /** The number of bytes that are sent at once: also what a slow connection takes at once. */
  private static final int PIECE = 64 << 10;

  private final Body body;
  private final Watched watched;
  private final String activity;
  private @Nullable Conversation conversation;
  private boolean needless;
  private boolean begun;
  private long sentBytes;
  private boolean stalled;
  private @Nullable IOException broken;

  SentBody(Body body, Watched watched, String activity) {
    this.body = body;
    this.watched = watched;
    this.activity = activity;
  }

  /** The body failed: its content can't be read, say. */
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

  /** The host answered before it had all bytes. */
  private static final class EarlyAnswer extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Looks for an early answer between the writes. */
  void listenTo(Conversation with) {
    conversation = with;
  }

  /** Sends nothing: the host has answered. */
  void spare() {
    needless = true;
  }

  /** The number of bytes that were sent. */
  long sentBytes() {
    return sentBytes;
  }

  boolean begun() {
    return begun;
  }

  /** Whether bytes are missing, which makes the connection useless for other requests. */
  boolean cut() {
    return needless || broken != null;
  }

  /** The failure of the network, if one ended the body early; else null. */
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
              "%s: expected %d bytes to send, got %d"
                  .formatted(activity, body.length(), body.length() - left));
        }
        // Before the last bytes are sent: a content that verifies itself does so at its end.
        if (left == 0 && in.read() >= 0) {
          throw new IOException(
              "%s: expected %d bytes to send, got more".formatted(activity, body.length()));
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
