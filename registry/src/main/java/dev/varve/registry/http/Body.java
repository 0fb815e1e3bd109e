package dev.varve.registry.http;

import dev.varve.core.bytes.IoSupplier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a request carries.
 *
 * @param contentType a media type
 * @param length in bytes
 * @param content opens the bytes, again when the request is sent again. If the content fails, or
 *     has another length, the request ends without another attempt.
 */
public record Body(String contentType, long length, IoSupplier<InputStream> content) {
  /** A body in memory. */
  public static Body of(String contentType, byte[] bytes) {
    return new Body(contentType, bytes.length, () -> new ByteArrayInputStream(bytes));
  }

  /** A form, as browsers send it. */
  public static Body form(String encoded) {
    return of("application/x-www-form-urlencoded", encoded.getBytes(StandardCharsets.UTF_8));
  }

  /** Opens the bytes. To be closed. */
  public InputStream open() throws IOException {
    return content.get();
  }
}
