package dev.varve.registry;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.endpoint.Access;
import dev.varve.registry.endpoint.Answers;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.endpoint.Refusal;
import dev.varve.registry.http.Body;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.TransferException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * A repository's manifests and indexes, by tag and by digest.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">OCI
 *     distribution: pulling and pushing manifests</a>
 */
final class ManifestStore {
  private static final String ACCEPTED =
      String.join(
          ", ",
          MediaTypes.OCI_MANIFEST,
          MediaTypes.OCI_INDEX,
          MediaTypes.DOCKER_MANIFEST,
          MediaTypes.DOCKER_LIST);

  /** The error codes for a manifest that names blobs the registry lacks; the last one is zot's. */
  private static final Set<String> BLOB_UNKNOWN =
      Set.of("MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_INVALID");

  private static final String DIGEST_HEADER = "Docker-Content-Digest";

  private final Endpoint endpoint;

  ManifestStore(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * Returns the descriptor that a tag or digest points to, without reading the document; empty
   * without one.
   */
  Optional<Descriptor> find(String reference) throws IOException {
    String activity = "looking for " + title(reference);
    Optional<Descriptor> descriptor =
        endpoint.send(
            request(activity, "HEAD", reference),
            Access.PULL,
            answer ->
                answer.status() == 404 ? Optional.empty() : head(answer, reference, activity));
    boolean isIncomplete = descriptor.isPresent() && descriptor.get().size() == 0;
    return isIncomplete ? get(reference).map(Document::descriptor) : descriptor;
  }

  /**
   * Reads the response to a HEAD request. If headers are missing, as in some registries, the size
   * is 0.
   */
  private Optional<Descriptor> head(Response answer, String reference, String activity)
      throws IOException {
    if (answer.status() != 200) {
      throw endpoint.refusal(activity, answer);
    }
    Optional<Digest> digest = digestHeader(answer, activity);
    Optional<Digest> requested =
        reference.contains(":") ? Optional.of(digest(reference, activity)) : Optional.empty();
    if (requested.isPresent()
        && digest.isPresent()
        && !isSameAlgorithm(requested.get(), digest.get())) {
      digest = Optional.empty(); // only the bytes show whether it is the same document
    }
    if (requested.isPresent() && digest.isPresent() && !digest.equals(requested)) {
      // Otherwise a signature of another image would be accepted for the requested one.
      throw new RegistryException(
          Kind.CORRUPT,
          200,
          "%s: expected %s, the registry has %s".formatted(activity, reference, digest.get()));
    }
    boolean isComplete = digest.isPresent() && answer.length() > 0 && isKnown(contentType(answer));
    return Optional.of(
        isComplete
            ? new Descriptor(contentType(answer), digest.get(), answer.length())
            : Descriptor.of("", new byte[0]));
  }

  /** Reads the document that a tag or digest points to; empty without one. */
  Optional<Document> get(String reference) throws IOException {
    String activity = "reading " + title(reference);
    return endpoint.send(
        request(activity, "GET", reference),
        Access.PULL,
        answer ->
            answer.status() == 404
                ? Optional.empty()
                : Optional.of(read(answer, reference, activity)));
  }

  /**
   * Reads the document with a digest.
   *
   * @param activity what the document is read for, for the message if there is none
   */
  Document require(Digest digest, String activity) throws IOException {
    return get(digest.toString())
        .orElseThrow(
            () ->
                new RegistryException(
                    Kind.NOT_FOUND,
                    404,
                    "%s: %s has no image with this digest".formatted(activity, endpoint.name())));
  }

  private Document read(Response answer, String reference, String activity) throws IOException {
    if (answer.status() != 200) {
      throw endpoint.refusal(activity, answer);
    }
    byte[] bytes = answer.bytes(Manifest.MAX_BYTES);
    Optional<Digest> expected =
        reference.contains(":")
            ? Optional.of(digest(reference, activity))
            : digestHeader(answer, activity);
    Digest.Algorithm algorithm = expected.map(Digest::algorithm).orElse(Digest.Algorithm.SHA256);
    // What is not even said to be a document as it is stored, such as the page of a portal, is
    // described below.
    if (isKnown(contentType(answer)) && answer.header("Content-Encoding").isEmpty()) {
      requireDigest(expected, algorithm.of(bytes), activity);
    }
    Document document = Document.of(mediaType(bytes, answer, activity), bytes, algorithm);
    requireDigest(expected, document.descriptor().digest(), activity);
    return document;
  }

  private static void requireDigest(Optional<Digest> expected, Digest got, String activity)
      throws RegistryException {
    if (expected.isPresent() && !expected.get().equals(got)) {
      throw new RegistryException(
          Kind.CORRUPT,
          200,
          "%s: expected %s, got bytes of %s".formatted(activity, expected.get(), got));
    }
  }

  /**
   * Pushes a manifest or an index.
   *
   * @param reference a tag, or the document's digest
   * @return whether the registry lists the document among the referrers of its subject
   */
  boolean put(Document document, String reference) throws IOException {
    Descriptor descriptor = document.descriptor();
    String activity = "pushing " + title(reference);
    Request request =
        new Request(activity, "PUT", endpoint.uri("manifests/" + reference))
            .with(Body.of(descriptor.mediaType(), document.bytes()));
    return endpoint.send(
        request,
        Access.PUSH,
        answer -> {
          requireSuccess(answer, activity);
          Optional<Digest> stored = digestHeader(answer, activity);
          if (stored.isPresent() && !stored.get().equals(digestLike(stored.get(), document))) {
            throw new RegistryException(
                Kind.CORRUPT,
                answer.status(),
                "%s: pushed %s, the registry has %s"
                    .formatted(activity, descriptor.digest(), stored.get()));
          }
          return answer.header("OCI-Subject").isPresent();
        });
  }

  /**
   * Pushes a manifest before the registry has one of its blobs.
   *
   * @param missing the blob that the registry lacks
   * @return whether the registry refused the manifest because of the blob. This is meaningful only
   *     if the registry accepts the same manifest later with the blob. False for any other refusal
   *     or error.
   * @throws RegistryException if the login does not permit pushing
   */
  boolean isRefused(Document document, Digest missing) throws IOException {
    Descriptor descriptor = document.descriptor();
    Request request =
        new Request(
                "pushing " + title(descriptor.digest().toString()) + " without one of its blobs",
                "PUT",
                endpoint.uri("manifests/" + descriptor.digest()))
            .with(Body.of(descriptor.mediaType(), document.bytes()))
            .once();
    try {
      return endpoint.send(
          request,
          Access.PUSH,
          answer -> {
            Refusal refusal = Refusal.read(answer);
            if (answer.status() == 401 || answer.status() == 403) {
              throw endpoint.refusal(request.activity(), refusal);
            }
            return (answer.status() == 400 || answer.status() == 404)
                && (refusal.codes().stream().anyMatch(BLOB_UNKNOWN::contains)
                    || refusal.text().contains(missing.hex()));
          });
    } catch (TransferException e) {
      return false;
    }
  }

  /** Deletes a tag, or the manifest or index with a digest. */
  void delete(String reference) throws IOException {
    String activity = "deleting " + title(reference);
    endpoint.send(
        request(activity, "DELETE", reference),
        Access.DELETE,
        answer -> {
          requireSuccess(answer, activity);
          return true;
        });
  }

  private void requireSuccess(Response answer, String activity) throws IOException {
    if (!answer.isSuccess()) {
      throw endpoint.refusal(activity, answer);
    }
  }

  private Request request(String activity, String method, String reference) {
    return new Request(activity, method, endpoint.uri("manifests/" + reference))
        .with("Accept", ACCEPTED);
  }

  private String title(String reference) {
    boolean isDigest = reference.contains(":");
    return isDigest
        ? "manifest " + reference + " of " + endpoint.name()
        : "tag " + reference + " of " + endpoint.name();
  }

  /** Returns the document's own media type, or else that of the Content-Type header. */
  private static String mediaType(byte[] bytes, Response response, String activity)
      throws IOException {
    JsonObject json = Answers.json(response, bytes, activity, "the manifest, " + activity);
    String type = json.optionalString("mediaType").orElse(contentType(response));
    if (isKnown(type)) {
      return type;
    }
    if (json.number("schemaVersion", 0) == 1) {
      type = "Docker's schema 1, which is obsolete: push the image again with a current tool";
    }
    throw new RegistryException(
        Kind.REFUSED, 200, activity + ": expected an image manifest or an index, got " + type);
  }

  private static boolean isKnown(String mediaType) {
    return MediaTypes.isManifest(mediaType) || MediaTypes.isIndex(mediaType);
  }

  private static String contentType(Response response) {
    return response.header("Content-Type").orElse("").split(";", 2)[0].strip();
  }

  /** Returns the digest in the registry's header, which may use any algorithm. */
  private static Optional<Digest> digestHeader(Response answer, String activity)
      throws IOException {
    Optional<String> header = answer.header(DIGEST_HEADER);
    return header.isEmpty() ? Optional.empty() : Optional.of(digest(header.get(), activity));
  }

  /** Returns the digest of a document by the algorithm of another digest. */
  private static Digest digestLike(Digest other, Document document) {
    return other.algorithm().of(document.bytes());
  }

  private static boolean isSameAlgorithm(Digest one, Digest other) {
    return one.algorithm() == other.algorithm();
  }

  private static Digest digest(String text, String activity) throws RegistryException {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new RegistryException(Kind.REFUSED, 0, activity + ": " + e.getMessage(), e);
    }
  }
}
