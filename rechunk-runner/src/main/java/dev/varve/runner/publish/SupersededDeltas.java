package dev.varve.runner.publish;

import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.registry.Repository;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Deletes the deltas of earlier images, which few clients still update to. A failure to delete is a
 * notice: registries may refuse deletions.
 */
final class SupersededDeltas {
  /** The most images to look at; a run leaves the rest to the next one. */
  private static final int MOST_IMAGES = 20;

  private final Repository repository;
  private final EarlierImages images;
  private final int kept;
  private final PublishListener listener;

  SupersededDeltas(PublishRequest request, PublishListener listener) {
    this.repository = request.repository();
    this.images = new EarlierImages(repository, request.platform());
    this.kept = request.deltas().kept();
    this.listener = listener;
  }

  /** Deletes the deltas of the images before the newest ones, up to an image without deltas. */
  void delete(Digest newest) {
    try {
      Digest image = newest;
      for (int i = 0; i < kept + MOST_IMAGES; i++) {
        if (i >= kept && !deleteDeltasOf(image)) {
          return;
        }
        Optional<Digest> before = images.before(image);
        if (before.isEmpty()) {
          return;
        }
        image = before.get();
      }
    } catch (IOException | IllegalArgumentException e) {
      listener.notice("deltas of earlier images were not deleted: " + e.getMessage());
    }
  }

  /** Deletes the deltas of an image; returns whether there were any. */
  private boolean deleteDeltasOf(Digest image) throws IOException {
    try (ImageSource source = images.open(image)) {
      List<AvailableDelta> deltas = AvailableDelta.of(source, listener.progress());
      for (AvailableDelta each : deltas) {
        repository.delete(each.manifest());
      }
      return !deltas.isEmpty();
    }
  }
}
