package dev.varve.registry;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The blobs that a repository is known to have, without another request for each. */
final class ProvenBlobs {
  private final BlobChecking checking;

  /** The manifests that the registry accepted from this client. */
  private final Set<Digest> accepted = ConcurrentHashMap.newKeySet();

  /** The blobs that new images share with earlier images, and that the registry has confirmed. */
  private final Set<Digest> shared = ConcurrentHashMap.newKeySet();

  ProvenBlobs(BlobChecking checking) {
    this.checking = checking;
  }

  /** Whether the registry refuses manifests with missing blobs. */
  BlobChecking checking() {
    return checking;
  }

  /** Records that the registry accepted a manifest. */
  void accept(Manifest manifest) {
    accepted.add(manifest.descriptor().digest());
  }

  /** Records a blob that earlier images name, and that the registry has. */
  void share(Descriptor blob) {
    shared.add(blob.digest());
  }

  /**
   * Returns whether the registry vouches for the blobs of a manifest: it accepted the manifest from
   * this client, and is known to refuse manifests that name blobs it lacks.
   */
  boolean vouchesFor(Digest manifest) {
    return checking.refuses() && accepted.contains(manifest);
  }

  /** Returns the blobs of a manifest that are not proven to be in the repository. */
  List<Descriptor> unproven(Manifest manifest) {
    return vouchesFor(manifest.descriptor().digest())
        ? List.of()
        : manifest.blobs().stream().filter(blob -> !shared.contains(blob.digest())).toList();
  }
}
