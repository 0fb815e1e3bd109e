package dev.varve.registry.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The answer to a request, whose body is still to be read. It must be closed. */
public interface Response extends Closeable {
  /** The HTTP status. */
  int status();

  /** Whether the status is one of those for success, which registries don't agree on. */
  default boolean isSuccess() {
    return status() >= 200 && status() <= 299;
  }

  /** Where it came from, after redirects. */
  URI uri();

  /** A header's first value; names are not case-sensitive. */
  Optional<String> header(String name);

  /** All values of a header, in their order. */
  List<String> headers(String name);

  /** The body's length in bytes as the header has it; -1 where it doesn't say. */
  long length();

  /**
   * The body, raw. It fails with a {@link TransferException} where the connection breaks, stalls or
   * ends early; it is closed with the response.
   */
  InputStream body();

  /**
   * Reads a small body.
   *
   * @throws RegistryException if it is longer than {@code most} bytes
   */
  byte[] bytes(int most) throws IOException;

  /** Reads the beginning of the body, which can be read again: the same bytes come first. */
  byte[] peek(int most) throws IOException;

  /** Lets go of the connection; what was not read is not waited for. */
  @Override
  void close();
}
