package dev.varve.registry.fuzz;

import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A registry's answer in memory, of which a header or the body is fuzzed. */
public final class FuzzedResponse implements Response {
  private static final URI ADDRESS = URI.create("https://registry.example/v2/owner/os/tags/list");

  private final int status;
  private final String header;
  private final String value;
  private final byte[] bytes;

  private FuzzedResponse(int status, String header, String value, byte[] bytes) {
    this.status = status;
    this.header = header;
    this.value = value;
    this.bytes = bytes;
  }

  /** Returns an answer with a body. */
  public static FuzzedResponse ofBody(int status, byte[] body) {
    return new FuzzedResponse(status, "", "", body);
  }

  /** Returns an answer with a header. */
  public static FuzzedResponse ofHeader(String name, String value) {
    return new FuzzedResponse(200, name, value, new byte[0]);
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public URI uri() {
    return ADDRESS;
  }

  @Override
  public Optional<String> header(String name) {
    return name.equalsIgnoreCase(header) ? Optional.of(value) : Optional.empty();
  }

  @Override
  public List<String> headers(String name) {
    return header(name).stream().toList();
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public InputStream body() {
    return new ByteArrayInputStream(bytes);
  }

  @Override
  public byte[] bytes(int most) throws IOException {
    if (bytes.length > most) {
      throw new RegistryException(RegistryException.Kind.REFUSED, status, "too many bytes");
    }
    return bytes.clone();
  }

  @Override
  public byte[] peek(int most) {
    return Arrays.copyOf(bytes, Math.min(most, bytes.length));
  }

  @Override
  public void close() {}
}
