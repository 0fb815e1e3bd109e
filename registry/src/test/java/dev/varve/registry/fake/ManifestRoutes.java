package dev.varve.registry.fake;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.registry.fake.Store.Document;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Handles {@code /v2/NAME/manifests/REFERENCE} and {@code /v2/NAME/referrers/DIGEST}. */
final class ManifestRoutes {
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  private final Store store;
  private final Behavior behavior;

  ManifestRoutes(Store store, Behavior behavior) {
    this.store = store;
    this.behavior = behavior;
  }

  Reply handle(Request request, String repository, String reference) throws IOException {
    return switch (request.method()) {
      case "GET", "HEAD" -> get(request, repository, reference);
      case "PUT" -> put(request, repository, reference);
      case "DELETE" -> delete(request, repository, reference);
      default -> throw Routes.wrongMethod(request);
    };
  }

  private static boolean isDigest(String reference) {
    return reference.contains(":");
  }

  private Optional<Document> find(String repository, String reference) throws Refusal {
    Optional<Digest> digest =
        isDigest(reference)
            ? Optional.of(Routes.digest(reference))
            : store.tagged(repository, reference);
    return digest.flatMap(known -> store.manifest(repository, known));
  }

  private static Refusal unknown(String reference) {
    return new Refusal(404, "MANIFEST_UNKNOWN", "manifest unknown: " + reference);
  }

  private Reply get(Request request, String repository, String reference) throws IOException {
    Document found = find(repository, reference).orElseThrow(() -> unknown(reference));
    String accepted = request.header("Accept");
    boolean accepts =
        accepted.isEmpty()
            || Arrays.stream(accepted.split(","))
                .map(type -> type.replaceFirst(";.*", "").strip())
                .anyMatch(
                    type ->
                        type.equals(found.mediaType())
                            || type.equals("*/*")
                            || type.equals("application/*"));
    if (!accepts) {
      throw new Refusal(
          404, "MANIFEST_UNKNOWN", "found " + found.mediaType() + ", which Accept does not name");
    }
    return Reply.of(200)
        .content(found.mediaType(), Reply.Content.of(found.bytes()))
        .header("Docker-Content-Digest", found.digest().toString());
  }

  private Reply put(Request request, String repository, String reference) throws IOException {
    byte[] bytes = request.content().readNBytes(Manifest.MAX_BYTES + 1);
    if (bytes.length > Manifest.MAX_BYTES) {
      throw new Refusal(413, "MANIFEST_INVALID", "longer than " + Manifest.MAX_BYTES + " bytes");
    }
    Digest.Algorithm algorithm =
        isDigest(reference) ? Routes.digest(reference).algorithm() : Digest.Algorithm.SHA256;
    Document document = new Document(request.header("Content-Type"), bytes, algorithm);
    Digest digest = document.digest();
    if (isDigest(reference) && !Routes.digest(reference).equals(digest)) {
      throw new Refusal(400, "DIGEST_INVALID", "the manifest's digest is " + digest);
    }
    if (!isDigest(reference) && !TAG.matcher(reference).matches()) {
      throw new Refusal(400, "TAG_INVALID", "not a tag: " + reference);
    }
    Optional<JsonObject> subject;
    try {
      check(repository, document);
      subject = JsonObject.parse(bytes, "the manifest").optionalObject("subject");
    } catch (MalformedJsonException | IllegalArgumentException e) {
      throw new Refusal(400, "MANIFEST_INVALID", "" + e.getMessage());
    }
    store.addManifest(repository, document);
    if (!isDigest(reference)) {
      store.tag(repository, reference, digest);
    }
    Reply reply =
        Reply.of(201)
            .header("Location", "/v2/" + repository + "/manifests/" + digest)
            .header("Docker-Content-Digest", digest.toString());
    return subject.isEmpty() || behavior.has(Quirk.NO_REFERRERS)
        ? reply
        : reply.header("OCI-Subject", subject.get().string("digest"));
  }

  /**
   * Checks that a document agrees with its type, and that the repository has all blobs and
   * manifests that it names.
   */
  private void check(String repository, Document document) throws IOException {
    JsonObject json = JsonObject.parse(document.bytes(), "the manifest");
    String type = document.mediaType();
    if (!json.optionalString("mediaType").orElse(type).equals(type)) {
      throw new IllegalArgumentException(
          "Content-Type is " + type + ", mediaType is " + json.string("mediaType"));
    }
    if (behavior.has(Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS)) {
      return;
    }
    if (MediaTypes.isIndex(type)) {
      for (Descriptor each : ImageIndex.parse(document.bytes(), "the index").manifests()) {
        if (store.manifest(repository, each.digest()).isEmpty()) {
          throw missing("manifest unknown: " + each.digest());
        }
      }
    } else if (MediaTypes.isManifest(type)) {
      for (Descriptor each : Manifest.parse(document.bytes(), "the manifest").blobs()) {
        if (store.blob(repository, each.digest()).isEmpty()) {
          throw missing("blob unknown: " + each.digest());
        }
      }
    } else {
      throw new IllegalArgumentException("unknown type: " + type);
    }
  }

  private Refusal missing(String message) {
    return behavior.has(Quirk.CALLS_MANIFESTS_WITHOUT_BLOBS_INVALID)
        ? new Refusal(400, "MANIFEST_INVALID", "manifest invalid")
        : new Refusal(400, "MANIFEST_BLOB_UNKNOWN", message);
  }

  private Reply delete(Request request, String repository, String reference) throws IOException {
    if (behavior.has(Quirk.NO_DELETE)) {
      throw Routes.wrongMethod(request);
    }
    boolean deleted =
        isDigest(reference)
            ? store.removeManifest(repository, Routes.digest(reference))
            : store.untag(repository, reference);
    if (!deleted) {
      throw unknown(reference);
    }
    return Reply.of(202);
  }

  Reply referrers(Request request, String repository, Digest subject) throws IOException {
    if (!request.method().equals("GET")) {
      throw Routes.wrongMethod(request);
    }
    if (behavior.has(Quirk.NO_REFERRERS)) {
      throw new Refusal(404, "NOT_FOUND", "no such path: " + request.path());
    }
    Optional<String> type = request.parameter("artifactType");
    List<Descriptor> referrers = new ArrayList<>();
    for (Document document : store.manifests(repository)) {
      Optional<Descriptor> referrer = referrer(document, subject);
      if (type.isEmpty() || referrer.flatMap(Descriptor::artifactType).equals(type)) {
        referrer.ifPresent(referrers::add);
      }
    }
    if (behavior.has(Quirk.DOUBLED_REFERRERS)) {
      referrers.addAll(List.copyOf(referrers));
    }
    int page = request.parameter("page").map(Integer::parseInt).orElse(0);
    boolean more = behavior.has(Quirk.PAGES_REFERRERS) && page + 1 < referrers.size();
    if (behavior.has(Quirk.PAGES_REFERRERS) && !referrers.isEmpty()) {
      referrers = List.of(referrers.get(page));
    }
    Reply reply =
        Reply.of(200)
            .content(
                MediaTypes.OCI_INDEX,
                Reply.Content.of(ImageIndex.EMPTY.withManifests(referrers).toBytes()));
    if (more) {
      String next = "/v2/" + repository + "/referrers/" + subject + "?page=" + (page + 1);
      reply = reply.header("Link", "<" + next + ">; rel=\"next\"");
    }
    return type.isEmpty() ? reply : reply.header("OCI-Filters-Applied", "artifactType");
  }

  private static Optional<Descriptor> referrer(Document document, Digest subject)
      throws MalformedJsonException {
    JsonObject json = JsonObject.parse(document.bytes(), "the manifest");
    Optional<JsonObject> named = json.optionalObject("subject");
    if (named.isEmpty() || !named.get().string("digest").equals(subject.toString())) {
      return Optional.empty();
    }
    Optional<String> type = json.optionalString("artifactType");
    if (type.isEmpty() && json.has("config")) {
      type = json.object("config").optionalString("mediaType");
    }
    Descriptor plain =
        new Descriptor(document.mediaType(), document.digest(), document.bytes().length)
            .withAnnotations(json.stringMap("annotations"));
    return Optional.of(type.isEmpty() ? plain : plain.withArtifactType(type.get()));
  }
}
