package dev.varve.registry;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.registry.endpoint.Access;
import dev.varve.registry.endpoint.Answers;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The referrers of a manifest. In registries without the referrers API, clients maintain an index
 * of them under a tag made from the digest.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers">OCI
 *     distribution: listing referrers</a>
 */
final class Referrers {
  /** The number of attempts to write the index when other clients write it at the same time. */
  private static final int TRIES = 5;

  private static final int HEX_IN_TAG = 64;

  private final Endpoint endpoint;
  private final ManifestStore manifests;

  Referrers(Endpoint endpoint, ManifestStore manifests) {
    this.endpoint = endpoint;
    this.manifests = manifests;
  }

  /**
   * Returns the descriptors of the referrers of a manifest, with artifact types, in the order of
   * the listing.
   */
  List<Descriptor> of(Digest subject) throws IOException {
    String activity = "listing the referrers of " + subject + " in " + endpoint.name();
    Links links = new Links(endpoint, activity);
    Map<Digest, Descriptor> referrers = new LinkedHashMap<>(); // zot lists some referrers twice
    Optional<URI> next = Optional.of(endpoint.uri("referrers/" + subject));
    while (next.isPresent()) {
      Request request =
          new Request(activity, "GET", next.get()).with("Accept", MediaTypes.OCI_INDEX);
      Optional<Page> page =
          endpoint.send(request, Access.PULL, answer -> read(answer, links, subject, activity));
      if (page.isEmpty()) {
        return taggedIndex(subject).manifests();
      }
      page.get().entries().forEach(entry -> referrers.putIfAbsent(entry.digest(), entry));
      next = page.get().next();
    }
    return List.copyOf(referrers.values());
  }

  private record Page(List<Descriptor> entries, Optional<URI> next) {}

  /** Reads a page; empty if the registry does not have the referrers API. */
  private Optional<Page> read(Response answer, Links links, Digest subject, String activity)
      throws IOException {
    if (isUnsupported(answer)) {
      return Optional.empty();
    }
    if (answer.status() != 200) {
      throw endpoint.refusal(activity, answer);
    }
    byte[] bytes = answer.bytes(Manifest.MAX_BYTES);
    String what = "the referrers of " + subject + " in " + endpoint.name();
    Answers.json(answer, bytes, activity, what);
    List<Descriptor> entries = ImageIndex.parse(bytes, what).manifests();
    return Optional.of(new Page(entries, links.next(answer)));
  }

  /**
   * Adds an artifact to the index under its subject's tag, for registries without the referrers
   * API.
   */
  void addToIndex(Digest subject, Manifest artifact) throws IOException {
    Descriptor entry =
        artifact
            .descriptor()
            .withAnnotations(artifact.annotations())
            .withArtifactType(artifact.effectiveArtifactType());
    changeIndex(
        subject,
        "adding " + entry.digest() + " to",
        entries ->
            entries.stream().anyMatch(other -> other.digest().equals(entry.digest()))
                ? entries
                : Stream.concat(entries.stream(), Stream.of(entry)).toList());
  }

  /**
   * Removes a deleted artifact from the index under its subject's tag, if there is such an index.
   */
  void removeFromIndex(Digest subject, Digest artifact) throws IOException {
    changeIndex(
        subject,
        "removing " + artifact + " from",
        entries -> entries.stream().filter(entry -> !entry.digest().equals(artifact)).toList());
  }

  /** Writes the index until it has the change. */
  private void changeIndex(Digest subject, String activity, UnaryOperator<List<Descriptor>> change)
      throws IOException {
    for (int i = 0; i < TRIES; i++) {
      ImageIndex index = taggedIndex(subject);
      List<Descriptor> entries = change.apply(index.manifests());
      if (entries.equals(index.manifests())) {
        return;
      }
      byte[] bytes = index.withManifests(entries).toBytes();
      manifests.put(Document.of(MediaTypes.OCI_INDEX, bytes), tag(subject));
    }
    throw new RegistryException(
        Kind.UNAVAILABLE,
        0,
        activity
            + " the referrers of "
            + subject
            + " in "
            + endpoint.name()
            + ": other clients keep writing tag "
            + tag(subject)
            + "; try again");
  }

  private static boolean isUnsupported(Response page) {
    boolean isIndex =
        page.header("Content-Type").orElse(MediaTypes.OCI_INDEX).contains(MediaTypes.OCI_INDEX);
    return page.status() == 404
        || page.status() == 405
        || page.status() == 400
        || (page.status() == 200 && !isIndex);
  }

  private ImageIndex taggedIndex(Digest subject) throws IOException {
    Optional<Document> index = manifests.get(tag(subject));
    return index.isEmpty() || !MediaTypes.isIndex(index.get().descriptor().mediaType())
        ? ImageIndex.EMPTY
        : ImageIndex.parse(index.get().bytes(), tag(subject) + " of " + endpoint.name());
  }

  /** Returns the tag of the index, which has at most 64 characters of the digest. */
  private static String tag(Digest subject) {
    return subject.algorithm().title() + "-" + subject.hex().substring(0, HEX_IN_TAG);
  }
}
