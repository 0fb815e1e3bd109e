package dev.varve.registry.blob;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.registry.endpoint.Access;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.endpoint.Refusal;
import dev.varve.registry.http.Attempts;
import dev.varve.registry.http.Body;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.TransferException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The requests of an upload, and the responses of registries. */
record UploadProtocol(Endpoint endpoint, Descriptor blob) {
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-(\\d{1,18})");

  /** The error codes for a session that the registry has lost, or whose offset differs. */
  private static final Set<String> LOST =
      Set.of("BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID", "RANGE_INVALID");

  /** Returns what the upload does, for messages. */
  String activity() {
    return "pushing blob " + blob.digest() + " to " + endpoint.name();
  }

  /** Returns the request that sends a chunk at the offset of the session. */
  Request chunk(UploadSession session, Body bytes) {
    return new Request(activity(), "PATCH", session.location())
        .with("Content-Range", range(session, bytes))
        .with(bytes);
  }

  /** Returns the request that sends the rest of the blob, of any length, and commits the blob. */
  Request commit(UploadSession session, Body rest) {
    Request request =
        new Request(activity(), "PUT", session.commitLocation(blob.digest())).with(rest);
    return session.offset() > 0 && rest.length() > 0
        ? request.with("Content-Range", range(session, rest))
        : request;
  }

  private static String range(UploadSession session, Body bytes) {
    return session.offset() + "-" + (session.offset() + bytes.length() - 1);
  }

  /** Ends a session, if there is one and the registry can, so that the registry drops the bytes. */
  void end(@Nullable UploadSession session, Attempts attempts) {
    if (session == null) {
      return;
    }
    try {
      if (!delete(session.location(), attempts)) {
        // A location names an offset at some registries, and a broken request has moved it.
        Request where = new Request(activity(), "GET", session.location()).once(attempts);
        Optional<URI> moved = endpoint.send(where, Access.PUSH, this::location);
        if (moved.isPresent()) {
          delete(moved.get(), attempts);
        }
      }
    } catch (IOException e) {
      // The registry ends the session after some time.
    }
  }

  private boolean delete(URI location, Attempts attempts) throws IOException {
    Request request = new Request(activity(), "DELETE", location).once(attempts);
    return endpoint.send(request, Access.PUSH, Response::isSuccess);
  }

  /** Returns the session in a response, at {@code offset}. */
  UploadSession session(Response answer, long offset) throws IOException {
    Optional<URI> location = location(answer);
    if (location.isEmpty()) {
      throw new RegistryException(
          Kind.REFUSED,
          answer.status(),
          activity() + ": expected a Location to upload to, got none");
    }
    return new UploadSession(location.get(), offset);
  }

  /** Returns the location in a successful response, if it names one. */
  Optional<URI> location(Response answer) throws IOException {
    Optional<String> location = answer.header("Location");
    return answer.isSuccess() && location.isPresent()
        ? Optional.of(endpoint.follow(answer, location.get(), activity()))
        : Optional.empty();
  }

  /** Returns the minimum length of a chunk; 0 without one. */
  static long shortestChunk(Response answer) {
    String text = answer.header("OCI-Chunk-Min-Length").orElse("");
    return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
  }

  /**
   * Returns the number of bytes of the blob that the registry has received; 0 if the response does
   * not say.
   */
  static long received(Response answer) {
    Matcher range = RANGE.matcher(answer.header("Range").orElse(""));
    return answer.status() == 204 && range.matches() ? Long.parseLong(range.group(1)) + 1 : 0;
  }

  /** Throws if the registry reports another digest for the committed blob. */
  void requireSameDigest(Response answer) throws RegistryException {
    String digest = answer.header("Docker-Content-Digest").orElse("");
    // A digest of another algorithm can't be compared.
    boolean comparable = digest.startsWith(blob.digest().algorithm().title() + ":");
    if (comparable && !digest.equals(blob.digest().toString())) {
      throw new RegistryException(
          Kind.CORRUPT,
          answer.status(),
          "%s: expected %s, the registry has %s".formatted(activity(), blob.digest(), digest));
    }
  }

  /** Returns whether the registry has lost the session. */
  static boolean isLost(Refusal refusal) {
    return refusal.status() == 404
        || refusal.status() == 416
        || refusal.codes().stream().anyMatch(LOST::contains);
  }

  /** Returns the exception for a refusal: one that is retried if the session was lost. */
  IOException failure(Refusal refusal) {
    return isLost(refusal)
        ? broken(
            refusal,
            "the registry lost the upload (" + refusal.status() + ": " + refusal.text() + ")")
        : endpoint.refusal(activity(), refusal);
  }

  /** Returns the exception for a refusal that another attempt may avoid. */
  TransferException broken(Refusal refusal, String problem) {
    return new TransferException(
        TransferException.Kind.BROKEN,
        refusal.status(),
        activity() + ": " + problem,
        Optional.empty());
  }

  /** Returns the exception for a chunk that can't be shortened further. */
  RegistryException tooLarge(Refusal refusal, long length) {
    return new RegistryException(
        Kind.REFUSED,
        refusal.status(),
        "%s: the registry, or a proxy before it, refuses a request of %d bytes as too large (%d: %s); raise its limit (nginx: client_max_body_size)"
            .formatted(activity(), length, refusal.status(), refusal.text()));
  }

  /** Returns the exception for bytes that do not have the digest of the blob. */
  RegistryException corrupt(Refusal refusal, BlobContent content, Digest digest) {
    return new RegistryException(
        Kind.CORRUPT,
        refusal.status(),
        "%s: the bytes to push are corrupt; their digest is %s; %s is to be made anew"
            .formatted(activity(), digest, content.source()));
  }
}
