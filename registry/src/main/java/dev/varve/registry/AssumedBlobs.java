package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.LostBlobsException;
import dev.varve.core.parallel.Parallel;
import dev.varve.registry.blob.BlobContent;
import dev.varve.registry.blob.UploadQueue;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The blobs that a new image shares with an image in the repository. They are assumed to exist,
 * because the manifest of that image names them; the registry was not asked for each.
 */
final class AssumedBlobs {
  /** The number of simultaneous requests. They only wait, but registries refuse more of them. */
  private static final int AT_ONCE = 6;

  private final Repository repository;
  private final UploadQueue uploads;
  private final String reference;
  private final Map<Digest, Assumed> assumed = new ConcurrentHashMap<>();

  /** A blob, and a source that may have its bytes. */
  private record Assumed(Descriptor blob, BlobSource from) {}

  /** Creates an empty set; {@code uploads} uploads the blobs that the registry has lost. */
  AssumedBlobs(Repository repository, UploadQueue uploads, String reference) {
    this.repository = repository;
    this.uploads = uploads;
    this.reference = reference;
  }

  void add(Descriptor blob, BlobSource from) {
    assumed.put(blob.digest(), new Assumed(blob, from));
  }

  /** Removes a blob, and returns whether it was assumed. */
  boolean remove(Digest blob) {
    return assumed.remove(blob) != null;
  }

  boolean isEmpty() {
    return assumed.isEmpty();
  }

  /**
   * Asks the registry for each blob, uploads those that it has lost, and empties the set.
   *
   * @return the number of lost blobs
   * @throws LostBlobsException if this repository was the only source of some of them
   */
  int restore() throws IOException {
    List<Assumed> blobs =
        assumed.values().stream()
            .sorted(Comparator.comparing(each -> each.blob().digest()))
            .toList();
    List<Boolean> exists =
        Parallel.map(blobs, AT_ONCE, each -> repository.blobs().has(each.blob()));
    int lost = 0;
    Set<Digest> withoutSource = new TreeSet<>();
    for (int i = 0; i < blobs.size(); i++) {
      Assumed each = blobs.get(i);
      if (exists.get(i)) {
        repository.proven().share(each.blob());
      } else {
        lost++;
        if (!upload(each)) {
          withoutSource.add(each.blob().digest());
        }
      }
    }
    assumed.clear();
    if (!withoutSource.isEmpty()) {
      throw new LostBlobsException("publishing " + reference, withoutSource);
    }
    return lost;
  }

  /** Uploads a blob from its source. Returns false if the source is this repository. */
  private boolean upload(Assumed lost) throws IOException {
    if (repository.isPlaceOf(lost.from())) {
      return false;
    }
    BlobContent content = BlobContent.of(lost.from(), lost.blob());
    uploads.run(repository.blobs().uploadMissing(lost.blob(), content), Progress.SILENT);
    return true;
  }
}
