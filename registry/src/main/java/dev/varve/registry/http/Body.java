package dev.varve.registry.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What a request carries. It may be written more than once, when the request is sent again. */
public interface Body {
  /** Its length in bytes. */
  long length();

  /** Its media type. */
  String contentType();

  /**
   * Writes all of it to {@code out}, which stays open. An exception that is not {@code out}'s own
   * means that the body can't be had, and ends the request without another try.
   */
  void writeTo(OutputStream out) throws IOException;

  /** A body in memory. */
  static Body of(String contentType, byte[] bytes) {
    return new Body() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public String contentType() {
        return contentType;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
      }
    };
  }

  /** A form, as browsers send it. */
  static Body form(String encoded) {
    return of("application/x-www-form-urlencoded", encoded.getBytes(StandardCharsets.UTF_8));
  }
}
