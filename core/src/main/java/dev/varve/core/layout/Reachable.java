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
 * The blobs that a layout's index leads to: what its entries are, and all that these name. A layout
 * may be sparse, so that what is reachable need not be there.
 */
final class Reachable {
  private final Blobs blobs;
  private final Map<Digest, Descriptor> found = new HashMap<>();

  private Reachable(Blobs blobs) {
    this.blobs = blobs;
  }

  /** All blobs that an index leads to. */
  static Map<Digest, Descriptor> from(ImageIndex index, Blobs blobs) throws IOException {
    return from(index.manifests(), blobs);
  }

  /**
   * All blobs that entries of an index lead to.
   *
   * @throws IOException if a manifest is there and can't be read, so that nobody knows what it
   *     names
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
