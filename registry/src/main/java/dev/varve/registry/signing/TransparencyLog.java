package dev.varve.registry.signing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.bytes.Progress;
import dev.varve.core.json.JsonObject;
import dev.varve.core.signing.ImageSignature;
import dev.varve.core.signing.LogEntry;
import dev.varve.core.signing.VerificationKey;
import dev.varve.registry.http.Body;
import dev.varve.registry.http.Http;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.Redirects;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.wire.ApacheTransport;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * A public log of signatures, such as Sigstore's. Entries are permanent, and hold the hash of the
 * payload, the signature and the public key.
 *
 * @see <a href="https://github.com/sigstore/rekor/blob/main/openapi.yaml">Rekor: API</a>
 */
public final class TransparencyLog implements Closeable {
  /** The public log that Sigstore runs. */
  public static final URI PUBLIC = URI.create("https://rekor.sigstore.dev");

  private static final String ENTRIES = "/api/v1/log/entries";
  private static final int MOST_BYTES = 1 << 20;
  private static final int SHOWN = 300;

  private final URI address;
  private final Http http;

  /**
   * Creates a client; opens no connection yet.
   *
   * @param address the HTTP or HTTPS address of the log, such as {@link #PUBLIC}
   * @param settings the HTTP settings
   * @param progress receives failures that are retried
   * @throws IllegalArgumentException if {@code address} is malformed
   */
  public TransparencyLog(URI address, HttpSettings settings, Progress progress) {
    if (String.valueOf(address.getRawAuthority()).contains("@")) {
      throw new IllegalArgumentException( // without the address, which may hold a secret
          "expected the address of a transparency log, such as "
              + PUBLIC
              + ", got one with a login in it");
    }
    boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    if (!http || address.getHost() == null) {
      throw new IllegalArgumentException(
          "expected the address of a transparency log, such as " + PUBLIC + ", got " + address);
    }
    this.address = address;
    this.http = new Http(settings, new ApacheTransport(settings), progress);
  }

  /**
   * Adds a signature to the log, or finds its existing entry.
   *
   * @throws RegistryException if the log can't be reached, or refuses the signature
   */
  public LogEntry add(ImageSignature signature, VerificationKey key) throws IOException {
    String activity = "entering the signature into the transparency log " + address;
    JsonObject json = signature.logRequest(key);
    Request request =
        new Request(activity, "POST", uri())
            .with("Accept", "application/json")
            .with(Body.of("application/json", json.toBytes()));
    Optional<LogEntry> entry = http.send(request, answer -> entry(answer, activity));
    if (entry.isPresent()) {
      return entry.get();
    }
    throw new RegistryException(
        Kind.REFUSED,
        409,
        activity + ": the log has an entry for the signature already, and does not say where");
  }

  private URI uri() {
    String base = address.toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + ENTRIES);
  }

  /** Reads the entry, or requests the existing one. */
  private Optional<LogEntry> entry(Response answer, String activity) throws IOException {
    if (answer.status() == 409) {
      Optional<String> location = answer.header("Location");
      return location.isEmpty() ? Optional.empty() : Optional.of(existing(answer, location.get()));
    }
    return Optional.of(read(answer, activity));
  }

  private LogEntry existing(Response answer, String location) throws IOException {
    String activity = "reading the signature's entry in the transparency log " + address;
    URI uri = Redirects.follow(answer.uri(), location, activity);
    Request request = new Request(activity, "GET", uri).with("Accept", "application/json");
    return http.send(request, found -> read(found, activity));
  }

  private static LogEntry read(Response answer, String activity) throws IOException {
    byte[] bytes = answer.bytes(MOST_BYTES);
    if (answer.status() != 200 && answer.status() != 201) {
      String text = new String(bytes, UTF_8).replaceAll("\\s+", " ").strip();
      throw new RegistryException(
          Kind.REFUSED,
          answer.status(),
          "%s: expected an entry, got %d: %s"
              .formatted(
                  activity,
                  answer.status(),
                  text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text));
    }
    return LogEntry.parseAnswer(JsonObject.parse(bytes, "the answer, " + activity));
  }

  /** Closes all connections. */
  @Override
  public void close() {
    http.close();
  }

  /** Returns the address of the log. */
  @Override
  public String toString() {
    return address.toString();
  }
}
