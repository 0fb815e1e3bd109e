package dev.varve.registry.fake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A request's body, with a Content-Length or in chunks. The stream ends with the request. */
final class RequestBody extends InputStream {
  private final InputStream in;
  private final OutputStream out;
  private final boolean chunked;
  private final AtomicLong count = new AtomicLong();
  private boolean awaited;
  private long remaining;
  private boolean finished;
  private boolean interim;

  RequestBody(InputStream in, OutputStream out, Map<String, String> headers) {
    this.in = in;
    this.out = out;
    this.chunked = headers.getOrDefault("Transfer-Encoding", "").equalsIgnoreCase("chunked");
    this.awaited = headers.getOrDefault("Expect", "").equalsIgnoreCase("100-continue");
    this.remaining = chunked ? 0 : Long.parseLong(headers.getOrDefault("Content-Length", "0"));
    this.finished = !chunked && remaining == 0;
  }

  /** Returns the number of bytes read until now. */
  long count() {
    return count.get();
  }

  /**
   * Discards the rest of the body if it has fewer than {@code limit} bytes.
   *
   * @return whether the body was read to its end, as the connection's next request requires
   */
  boolean discard(int limit) throws IOException {
    if (!finished && (awaited || (!chunked && remaining > limit))) {
      return false;
    }
    return readNBytes(limit).length < limit;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /**
   * Makes the first reads send two more interim responses after the 100 that the client waits for.
   */
  void sendInterimResponses() {
    interim = awaited;
  }

  private void send(String head) throws IOException {
    out.write((head + "\r\n\r\n").getBytes(US_ASCII));
    out.flush();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (awaited) {
      awaited = false;
      send("HTTP/1.1 100 Continue");
    } else if (interim) {
      interim = false;
      send("HTTP/1.1 100 Continue");
      send("HTTP/1.1 103 Early Hints\r\nLink: </style.css>");
    }
    if (!finished && remaining == 0) {
      finished = !chunked || !nextChunk();
    }
    if (finished) {
      return -1;
    }
    int n = in.read(buffer, offset, (int) Math.min(length, remaining));
    if (n < 0) {
      throw new EOFException("the client stopped after " + count + " bytes of its body");
    }
    remaining -= n;
    count.addAndGet(n);
    if (remaining == 0) {
      finished = !chunked;
      if (chunked) {
        line();
      }
    }
    return n;
  }

  private boolean nextChunk() throws IOException {
    remaining = Long.parseLong(line().replaceFirst(";.*", "").strip(), 16);
    if (remaining == 0) {
      while (!line().isEmpty()) {
        // Trailers.
      }
    }
    return remaining > 0;
  }

  private String line() throws IOException {
    String line = Connection.readLine(in);
    if (line == null) {
      throw new EOFException("the client stopped after " + count + " bytes of its body");
    }
    return line;
  }
}
