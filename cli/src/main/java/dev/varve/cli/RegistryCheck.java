package dev.varve.cli;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.parallel.Parallel;
import dev.varve.core.plan.PlanState;
import dev.varve.core.state.PublishedImage;
import dev.varve.registry.Repository;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Asks a registry whether all of an image is there, before a tag leads to it. */
final class RegistryCheck {
  /** These requests only wait; more of them, and registries begin to refuse. */
  private static final int AT_ONCE = 6;

  private RegistryCheck() {}

  /**
   * Reads manifest and config again, finds the state, and looks for every blob.
   *
   * @param hasState whether the image has a state, for the next build
   * @throws RegistryException if something is not there, or not as it should be
   */
  static void require(Repository repository, PublishedImage image, boolean hasState)
      throws IOException {
    String digest = image.descriptor().digest().toString();
    try (ImageSource there =
        repository.image(digest, PlatformChoice.anyOrFirst(), image.pinned())) {
      Optional<Manifest> state = there.referrer(PlanState.ARTIFACT_TYPE);
      if (hasState && state.isEmpty()) {
        throw failure(image, "its state is not there", "Publish again");
      }
      Set<Descriptor> blobs = new LinkedHashSet<>(there.manifest().blobs());
      state.ifPresent(artifact -> blobs.addAll(artifact.blobs()));
      Parallel.map(List.copyOf(blobs), AT_ONCE, blob -> require(blob, repository, image));
    }
  }

  private static Digest require(Descriptor blob, Repository repository, PublishedImage image)
      throws IOException {
    if (!repository.has(blob)) {
      throw failure(
          image,
          "blob " + blob.digest() + " of " + blob.size() + " bytes is not there",
          "Where the previous image lacks it, too, --fresh uploads all layers again");
    }
    return blob.digest();
  }

  private static RegistryException failure(PublishedImage image, String problem, String advice) {
    return new RegistryException(
        Kind.CORRUPT,
        0,
        "verifying " + image.pinned() + ": " + problem + "; no tag was moved. " + advice);
  }
}
