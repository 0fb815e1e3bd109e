package dev.varve.runner.publish;

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
import dev.varve.runner.RechunkResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Asks a registry whether all of an image is there, before a tag leads to it. */
final class RegistryCheck {
  /** These requests only wait; more of them, and registries begin to refuse. */
  private static final int AT_ONCE = 6;

  private RegistryCheck() {}

  /**
   * Reads manifest and config again, finds the state, and looks for every blob, unless the registry
   * vouches for it, having taken the manifests, or was asked for it a moment ago. Where the result
   * was verified, what was uploaded is read back, too, so that all bytes in the registry were
   * hashed.
   *
   * @throws RegistryException if something is not there, or not as it should be
   */
  static void require(Repository repository, RechunkResult result) throws IOException {
    PublishedImage image = result.image();
    Digest digest = image.descriptor().digest();
    try (ImageSource there =
        repository.image(digest.toString(), PlatformChoice.anyOrFirst(), image.pinned())) {
      Optional<Manifest> state = there.referrer(PlanState.ARTIFACT_TYPE);
      if (result.hasState() && state.isEmpty()) {
        throw failure(image, "its state is not there", "Publish again");
      }
      Set<Descriptor> blobs = new LinkedHashSet<>();
      Set<Descriptor> asked = new LinkedHashSet<>();
      List<Manifest> manifests =
          Stream.concat(Stream.of(there.manifest()), state.stream()).toList();
      for (Manifest manifest : manifests) {
        blobs.addAll(manifest.blobs());
        asked.addAll(repository.unproven(manifest));
      }
      Parallel.map(List.copyOf(asked), AT_ONCE, blob -> require(blob, repository, image));
      if (result.verified()) {
        blobs.removeIf(blob -> result.reused().contains(blob.digest())); // read already
        Parallel.map(List.copyOf(blobs), blob -> read(blob, repository));
      }
    }
  }

  private static Digest read(Descriptor blob, Repository repository) throws IOException {
    try (InputStream in = repository.open(blob)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return blob.digest();
  }

  private static Digest require(Descriptor blob, Repository repository, PublishedImage image)
      throws IOException {
    if (!repository.has(blob)) {
      throw failure(
          image,
          "blob " + blob.digest() + " of " + blob.size() + " bytes is not there",
          "Publish again");
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
