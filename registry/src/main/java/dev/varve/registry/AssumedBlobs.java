package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.LostBlobsException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The blobs that a new image shares with one that is in the repository. That image's manifest names
 * them, and nobody has asked the registry for each.
 */
final class AssumedBlobs {
  /** These requests only wait; more of them, and registries begin to refuse. */
  private static final int AT_ONCE = 6;

  private final Repository repository;
  private final String reference;
  private final Map<Digest, Assumed> assumed = new ConcurrentHashMap<>();

  /** A blob, and who else may have its bytes. */
  private record Assumed(Descriptor blob, BlobSource from) {}

  AssumedBlobs(Repository repository, String reference) {
    this.repository = repository;
    this.reference = reference;
  }

  void add(Descriptor blob, BlobSource from) {
    assumed.put(blob.digest(), new Assumed(blob, from));
  }

  /** Assumes nothing of a blob any more; false if nothing was assumed of it. */
  boolean remove(Digest blob) {
    return assumed.remove(blob) != null;
  }

  boolean isEmpty() {
    return assumed.isEmpty();
  }

  /**
   * Asks for each blob, and uploads those again that the registry has lost. After that, none is
   * assumed.
   *
   * @return how many blobs were lost
   * @throws LostBlobsException if some were that this repository alone was to give
   */
  int restore(OpenUploads open) throws IOException {
    List<Assumed> asked =
        assumed.values().stream()
            .sorted(Comparator.comparing(each -> each.blob().digest()))
            .toList();
    Set<Digest> there = there(asked);
    int lost = 0;
    Set<Digest> gone = new TreeSet<>();
    for (Assumed each : asked) {
      if (there.contains(each.blob().digest())) {
        repository.foundShared(each.blob());
      } else {
        lost++;
        if (!upload(each, open)) {
          gone.add(each.blob().digest());
        }
      }
    }
    assumed.clear();
    if (!gone.isEmpty()) {
      throw new LostBlobsException("publishing " + reference, gone);
    }
    return lost;
  }

  /** Asks for blobs, a few at a time, as blobs are uploaded; those that the registry has. */
  private Set<Digest> there(List<Assumed> asked) throws IOException {
    Set<Digest> there = ConcurrentHashMap.newKeySet();
    try (Uploads requests = new Uploads(AT_ONCE, Progress.SILENT)) {
      for (Assumed each : asked) {
        requests.begin(
            each.blob(),
            counting -> {
              if (repository.blobs().has(each.blob())) {
                there.add(each.blob().digest());
              }
            });
      }
      requests.finish(reference);
    }
    return there;
  }

  /** Uploads a blob from its source; false where that is this repository. */
  private boolean upload(Assumed lost, OpenUploads open) throws IOException {
    if (repository.isPlaceOf(lost.from())) {
      return false;
    }
    BlobContent content = BlobContent.of(lost.from(), lost.blob());
    repository.blobs().send(lost.blob(), content, Progress.SILENT, open);
    return true;
  }
}
