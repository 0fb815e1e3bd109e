package dev.varve.registry.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

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

  /**
   * Where it lies, if all of it is in one file. Without TLS it then goes from there to the network
   * by itself, and {@link #writeTo} is not called.
   */
  default Optional<FilePart> file() {
    return Optional.empty();
  }

  /**
   * The bytes of a file from some place on, as many as the body has.
   *
   * @param file the file
   * @param offset the first byte's place
   * @param sent is told of bytes when they were sent
   */
  record FilePart(Path file, long offset, LongConsumer sent) {}

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
