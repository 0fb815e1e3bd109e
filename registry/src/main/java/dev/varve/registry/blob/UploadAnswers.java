package dev.varve.registry.blob;

import dev.varve.core.image.Descriptor;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.endpoint.Refusal;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.TransferException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the responses to the requests of an upload.
 *
 * @param activity the activity of the upload, for messages
 */
record UploadAnswers(Endpoint endpoint, Descriptor blob, String activity) {
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-(\\d{1,18})");

  /** The error codes for a session that the registry has lost, or whose offset differs. */
  private static final Set<String> LOST =
      Set.of("BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID", "RANGE_INVALID");

  /** Returns the session in a response, at {@code offset}. */
  UploadSession session(Response answer, long offset) throws IOException {
    Optional<String> location = answer.header("Location");
    if (location.isEmpty()) {
      throw new RegistryException(
          Kind.REFUSED, answer.status(), activity + ": expected a Location to upload to, got none");
    }
    URI next = endpoint.follow(answer, location.get(), activity);
    return new UploadSession(next, offset);
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
          "%s: expected %s, the registry has %s".formatted(activity, blob.digest(), digest));
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
        : endpoint.refusal(activity, refusal);
  }

  /** Returns the exception for a refusal that another attempt may avoid. */
  TransferException broken(Refusal refusal, String problem) {
    return new TransferException(
        TransferException.Kind.BROKEN,
        refusal.status(),
        activity + ": " + problem,
        Optional.empty());
  }

  /** Returns the exception for bytes that do not have the digest of the blob. */
  RegistryException corrupt(Refusal refusal, Object digest) {
    return new RegistryException(
        Kind.CORRUPT,
        refusal.status(),
        activity + ": the bytes to push are corrupt; their digest is " + digest);
  }
}
