package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.registry.http.Body;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A part of a blob, on its way to a registry. */
final class UploadBody implements Body {
  private static final int BUFFER = 1 << 17;

  private final Descriptor blob;
  private final BlobContent content;
  private final long from;
  private final long length;
  private final Sent sent;
  private final String activity;

  /**
   * The bytes from {@code from} on.
   *
   * @param activity what is being done, for messages
   */
  UploadBody(
      Descriptor blob, BlobContent content, long from, long length, Sent sent, String activity) {
    this.blob = blob;
    this.content = content;
    this.from = from;
    this.length = length;
    this.sent = sent;
    this.activity = activity;
  }

  /** How much of a blob was sent, whose bytes are told of once, however often they are sent. */
  static final class Sent {
    private final Progress progress;
    private long told;

    Sent(Progress progress) {
      this.progress = progress;
    }

    void upTo(long bytes) {
      if (bytes > told) {
        progress.advance(bytes - told);
        told = bytes;
      }
    }
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public String contentType() {
    return "application/octet-stream";
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (InputStream in = content.open(from)) {
      byte[] buffer = new byte[BUFFER];
      long left = length;
      while (left > 0) {
        int n = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
        if (n == 0) {
          throw new IOException(activity + ": expected " + left + " more bytes, got the end");
        }
        left -= n;
        if (left == 0 && from + length == blob.size()) {
          requireEnd(in); // before the last bytes go out, as this is where a blob is verified
        }
        out.write(buffer, 0, n);
        sent.upTo(from + length - left);
      }
    }
  }

  private void requireEnd(InputStream in) throws IOException {
    if (in.read() >= 0) {
      throw new IOException(activity + ": expected " + blob.size() + " bytes, got more than that");
    }
  }
}
