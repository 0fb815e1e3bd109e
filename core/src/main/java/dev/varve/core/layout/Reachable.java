package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the blobs that are reachable from a layout's index: its entries, and the blobs that they
 * list. In a sparse layout, reachable blobs may be missing.
 */
final class Reachable {
  private final Blobs blobs;
  private final Map<Digest, Descriptor> found = new HashMap<>();

  private Reachable(Blobs blobs) {
    this.blobs = blobs;
  }

  /** Returns all blobs reachable from an index. */
  static Map<Digest, Descriptor> from(ImageIndex index, Blobs blobs) throws IOException {
    return from(index.manifests(), blobs);
  }

  /**
   * Returns all blobs reachable from entries of an index.
   *
   * @throws IOException if an existing manifest can't be read, and its blobs are unknown
   */
  static Map<Digest, Descriptor> from(List<Descriptor> entries, Blobs blobs) throws IOException {
    Reachable reachable = new Reachable(blobs);
    Deque<Descriptor> open = new ArrayDeque<>(entries);
    while (!open.isEmpty()) {
      Descriptor next = open.pop();
      if (reachable.found.putIfAbsent(next.digest(), next) == null) {
        reachable.named(next).forEach(open::push);
      }
    }
    return reachable.found;
  }

  private List<Descriptor> named(Descriptor blob) throws IOException {
    try {
      if (MediaTypes.isIndex(blob.mediaType())) {
        return blobs.index(blob).manifests();
      }
      if (!MediaTypes.isManifest(blob.mediaType())) {
        return List.of();
      }
      Manifest manifest = blobs.manifest(blob);
      manifest.blobs().forEach(each -> found.putIfAbsent(each.digest(), each));
      Optional<Descriptor> subject = manifest.subject();
      return subject.stream().toList();
    } catch (MissingBlobException e) {
      return List.of();
    }
  }
}
