package dev.varve.registry.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** A response whose body is not read yet. It must be closed. */
public interface Response extends Closeable {
  /** The HTTP status. */
  int status();

  /** Whether the status is a 2xx status. Registries disagree on which of them means what. */
  default boolean isSuccess() {
    return status() >= 200 && status() <= 299;
  }

  /** The address that sent the response, after redirects. */
  URI uri();

  /** The first value of a header; names are case-insensitive. */
  Optional<String> header(String name);

  /** All values of a header, in order. */
  List<String> headers(String name);

  /** The body's length in bytes according to the Content-Length header; -1 without one. */
  long length();

  /**
   * The raw body. Reading throws a {@link TransferException} if the connection breaks, stalls or
   * ends early. The stream is closed with the response.
   */
  InputStream body();

  /**
   * Reads the whole body.
   *
   * @throws RegistryException if the body is longer than {@code most} bytes
   */
  byte[] bytes(int most) throws IOException;

  /** Returns the first bytes of the body, without consuming them. */
  byte[] peek(int most) throws IOException;

  /** Releases the connection; does not wait for bytes that were not read. */
  @Override
  void close();
}
