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

/** Checks that a registry has a whole image, before a tag points to the image. */
final class RegistryCheck {
  /** The number of concurrent requests; registries begin to refuse more of them. */
  private static final int AT_ONCE = 6;

  private RegistryCheck() {}

  /**
   * Reads the manifest and the config again, finds the state, and checks that every blob exists. A
   * blob is not checked if the registry itself checks blobs when it accepts a manifest, or has just
   * confirmed the blob. If the result was verified, uploaded blobs are also read back, which hashes
   * all bytes in the registry.
   *
   * @throws RegistryException if something is missing or differs
   */
  static void require(Repository repository, RechunkResult result) throws IOException {
    PublishedImage image = result.image();
    Digest digest = image.descriptor().digest();
    try (ImageSource there =
        repository.image(digest.toString(), PlatformChoice.anyOrFirst(), image.pinned())) {
      Optional<Manifest> state = there.referrer(PlanState.ARTIFACT_TYPE);
      if (result.hasState() && state.isEmpty()) {
        throw failure(image, "its state is missing", "Publish again");
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
          "blob " + blob.digest() + " of " + blob.size() + " bytes is missing",
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
