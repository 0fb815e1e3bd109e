package dev.varve.registry.http;

import dev.varve.core.bytes.IoSupplier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The body of a request.
 *
 * @param contentType a media type
 * @param length in bytes
 * @param content opens the bytes, once for each time that the request is sent. If the content fails
 *     or has another length, the request fails without another attempt.
 */
public record Body(String contentType, long length, IoSupplier<InputStream> content) {
  /** Returns a body in memory. */
  public static Body of(String contentType, byte[] bytes) {
    return new Body(contentType, bytes.length, () -> new ByteArrayInputStream(bytes));
  }

  /** Returns the body of a URL-encoded form. */
  public static Body form(String encoded) {
    return of("application/x-www-form-urlencoded", encoded.getBytes(StandardCharsets.UTF_8));
  }

  /** Opens the bytes. The caller closes the stream. */
  public InputStream open() throws IOException {
    return content.get();
  }
}
