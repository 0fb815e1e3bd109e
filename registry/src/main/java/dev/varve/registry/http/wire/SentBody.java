package dev.varve.registry.http.wire;

import com.google.api.client.http.HttpContent;
import dev.varve.registry.http.Body;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends the body of a request, and distinguishes failures of the body from failures of the network.
 * If the network fails, or the host responds before it has all bytes, sending ends without an
 * exception, because the host's response may give the reason.
 */
final class SentBody implements HttpContent {
  /**
   * The number of bytes in one write. A slow connection must manage this many within the stall
   * detector's time.
   */
  private static final int PIECE = 64 << 10;

  private final Body body;
  private final StallDetector stallDetector;
  private final String activity;
  private @Nullable Conversation conversation;
  private boolean skipped;
  private boolean begun;
  private long sentBytes;
  private boolean stalled;
  private @Nullable IOException broken;

  SentBody(Body body, StallDetector stallDetector, String activity) {
    this.body = body;
    this.stallDetector = stallDetector;
    this.activity = activity;
  }

  /** A failure of the body, such as content that can't be read. */
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

  /** The host responded before it had all bytes. */
  private static final class EarlyAnswer extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Checks a conversation for an early response between writes. */
  void listenTo(Conversation with) {
    conversation = with;
  }

  /** Skips the body, because the host has responded already. */
  void skip() {
    skipped = true;
  }

  /** The number of bytes that were sent. */
  long sentBytes() {
    return sentBytes;
  }

  /** Whether sending has begun. */
  boolean begun() {
    return begun;
  }

  /** Whether bytes of the body were not sent, so that the connection can't be reused. */
  boolean isIncomplete() {
    return skipped || broken != null;
  }

  /** The network failure that ended the body early; null without one. */
  @Nullable IOException networkFailure() {
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
    if (skipped) {
      return;
    }
    begun = true;
    stallDetector.received();
    try {
      copy(out);
    } catch (IOException e) {
      if (broken == null) {
        throw new Failure(e);
      }
      stalled = stallDetector.stalled().isPresent();
      if (stalled) {
        throw e;
      }
      if (!(broken instanceof EarlyAnswer)) {
        stallDetector.expectEarlyResponse();
      }
      return;
    }
    stallDetector.expectResponse();
  }

  /**
   * Sends as many bytes as the Content-Length announced, and verifies that the content has no more.
   */
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
        // Read the end before the last bytes are sent: content that verifies itself does so at its
        // end.
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
    stallDetector.beginTransfer();
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
      stallDetector.endTransfer(sent);
      sentBytes += sent;
    }
  }
}
