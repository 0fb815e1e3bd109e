package dev.varve.runner.publish;

import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.Predecessor;
import dev.varve.core.state.PublishedImage;
import dev.varve.registry.Repository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The images that were published in a repository before another one: the image that it was planned
 * with, the image that this one was planned with, and so on.
 */
final class EarlierImages {
  private final Repository repository;
  private final PlatformChoice platform;

  EarlierImages(Repository repository, PlatformChoice platform) {
    this.repository = repository;
    this.platform = platform;
  }

  /** Opens an image in the repository. */
  ImageSource open(Digest image) throws IOException {
    return repository.image(
        image.toString(), platform, "docker://" + repository.name() + "@" + image);
  }

  /**
   * Returns an image and the images published before it, newest first, as far as the repository has
   * them.
   *
   * @param most the most images to return
   */
  List<Digest> endingWith(Digest newest, int most) throws IOException {
    List<Digest> images = new ArrayList<>();
    Optional<Digest> next = Optional.of(newest);
    // Images written by other tools may claim a cycle.
    while (next.isPresent() && images.size() < most && !images.contains(next.get())) {
      images.add(next.get());
      next = images.size() < most ? before(next.get()) : Optional.empty();
    }
    return images;
  }

  /** Returns the image in the repository that an image was planned with. */
  Optional<Digest> before(Digest image) throws IOException {
    try (ImageSource source = open(image)) {
      Optional<Digest> recorded = TaggedImage.previous(source.config().labels(), repository);
      if (recorded.isEmpty()) {
        // The label of an image that was copied from elsewhere names the image there.
        recorded =
            PublishedImage.attachedState(source)
                .flatMap(PlanState::predecessor)
                .map(Predecessor::image);
      }
      return recorded.isPresent() && repository.find(recorded.get().toString()).isPresent()
          ? recorded
          : Optional.empty();
    }
  }
}
