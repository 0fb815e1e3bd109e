package dev.varve.registry.http.wire;

import dev.varve.registry.http.Origin;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hc.core5.http.Header;

/** A response whose body is read from the connection. */
final class StreamedResponse implements Response {
  /**
   * The most remaining bytes of the body that closing reads, so that the connection can be reused.
   */
  private static final int DRAIN_LIMIT = 16 << 10;

  /** The longest time that closing spends on reading them. */
  private static final Duration DRAIN_TIME = Duration.ofMillis(500);

  private final Exchange exchange;
  private final int status;
  private final List<Header> headers;
  private final Stream stream;
  private InputStream body;
  private final long length;

  StreamedResponse(Exchange exchange, int status, List<Header> headers, InputStream content) {
    this.exchange = exchange;
    this.status = status;
    this.headers = headers;
    this.length = lengthOf(headers);
    this.stream = new Stream(content);
    this.body = stream;
  }

  private static long lengthOf(List<Header> headers) {
    for (Header header : headers) {
      if (header.getName().equalsIgnoreCase("Content-Length")) {
        String digits = header.getValue().strip();
        return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : -1;
      }
    }
    return -1;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public URI uri() {
    return exchange.uri();
  }

  @Override
  public Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }

  @Override
  public List<String> headers(String name) {
    return headers.stream()
        .filter(header -> header.getName().equalsIgnoreCase(name))
        .map(Header::getValue)
        .toList();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public InputStream body() {
    return body;
  }

  @Override
  public byte[] bytes(int most) throws IOException {
    byte[] bytes = body.readNBytes(most);
    if (bytes.length == most && body.read() >= 0) {
      throw new RegistryException(
          RegistryException.Kind.REFUSED,
          status,
          "%s: %s sent more than %d bytes"
              .formatted(exchange.request().activity(), Origin.of(uri()), most));
    }
    return bytes;
  }

  @Override
  public byte[] peek(int most) throws IOException {
    byte[] bytes = body.readNBytes(most);
    body = new SequenceInputStream(new ByteArrayInputStream(bytes), stream);
    return bytes;
  }

  @Override
  public void close() {
    stream.close();
  }

  /** The bytes of the body. Counts them, and reports failures to the exchange. */
  private final class Stream extends InputStream {
    private final InputStream content;
    private long count;
    private boolean ended;
    private boolean closed;

    Stream(InputStream content) {
      this.content = content;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (closed) {
        throw new IOException(exchange.request().activity() + ": the response is closed");
      }
      if (ended || length == 0) {
        return ended ? -1 : 0;
      }
      int some = 0;
      exchange.stallDetector().beginTransfer();
      try {
        some = content.read(bytes, offset, length);
      } catch (IOException e) {
        IOException failure = Failures.whileReading(exchange, e, count, length());
        exchange.failed(failure);
        throw failure;
      } finally {
        exchange.stallDetector().endTransfer(Math.max(some, 0));
      }
      if (some < 0) {
        ended = true;
        exchange.done();
      } else {
        count += some;
        exchange.received(some);
      }
      return some;
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      if (!ended && (length() < 0 || length() - count <= DRAIN_LIMIT)) {
        drain();
      }
      closed = true;
      if (!ended) {
        exchange.cancel();
      }
      exchange.done();
    }

    private void drain() {
      byte[] rest = new byte[DRAIN_LIMIT];
      long from = count;
      exchange.stallDetector().expectWithin(DRAIN_TIME);
      try {
        while (!ended && count - from < DRAIN_LIMIT) {
          if (read(rest, 0, rest.length) < 0) {
            return;
          }
        }
      } catch (IOException e) {
        // The exchange is cancelled, because the body has not ended.
      }
    }

    private long length() {
      return StreamedResponse.this.length;
    }
  }
}
