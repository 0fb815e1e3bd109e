package dev.varve.registry;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The blobs of the published image that the next image is most similar to: the one under its tag,
 * or else the newest. Reading its manifest takes a few requests, in place of one for each blob.
 */
final class PublishedBlobs {
  private final Repository repository;
  private final List<String> tags;
  private @Nullable Set<Digest> loaded;

  /**
   * Creates the set; sends no request yet.
   *
   * @param tags the tags of the next image
   */
  PublishedBlobs(Repository repository, List<String> tags) {
    this.repository = repository;
    this.tags = tags;
  }

  /**
   * Returns whether a blob is in the set. The first call reads the manifests; concurrent calls wait
   * for it.
   */
  synchronized boolean contains(Descriptor blob) throws IOException {
    Set<Digest> blobs = loaded;
    if (blobs == null) {
      blobs = load();
      loaded = blobs;
    }
    return blobs.contains(blob.digest());
  }

  private Set<Digest> load() throws IOException {
    try {
      Optional<Document> root = root();
      return root.isEmpty() ? Set.of() : blobs(root.get());
    } catch (RegistryException e) {
      if (e.kind() == Kind.UNAVAILABLE) {
        throw e;
      }
      return Set.of(); // A login that may push may still not be allowed to read.
    } catch (MalformedJsonException | MissingBlobException e) {
      return Set.of(); // A broken image is about to be replaced.
    }
  }

  private Optional<Document> root() throws IOException {
    for (String tag : tags) {
      Optional<Document> root = repository.document(tag);
      if (root.isPresent()) {
        return root;
      }
    }
    Optional<String> newest = repository.newestTag();
    return newest.isEmpty() ? Optional.empty() : repository.document(newest.get());
  }

  private Set<Digest> blobs(Document root) throws IOException {
    Descriptor descriptor = root.descriptor();
    RepositoryBlobs source = repository.source(repository.name().toString()).with(root);
    Set<Digest> blobs = new HashSet<>();
    if (MediaTypes.isIndex(descriptor.mediaType())) {
      for (Descriptor child : source.index(descriptor).manifests()) {
        if (MediaTypes.isManifest(child.mediaType())) {
          addAll(blobs, source.manifest(child));
        }
      }
    } else {
      addAll(blobs, source.manifest(descriptor));
    }
    return Set.copyOf(blobs);
  }

  private static void addAll(Set<Digest> blobs, Manifest image) {
    image.blobs().forEach(blob -> blobs.add(blob.digest()));
  }
}
