package dev.varve.registry;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * An image in a registry.
 *
 * @param blobs the content of its repository
 * @param index the index that the reference pointed to, if it did
 * @param descriptor the descriptor of the manifest
 */
record RegistryImage(
    RepositoryBlobs blobs,
    Optional<Descriptor> index,
    Descriptor descriptor,
    Manifest manifest,
    ImageConfig config)
    implements ImageSource {

  static RegistryImage open(RepositoryBlobs blobs, Document root, PlatformChoice platform)
      throws IOException {
    boolean isIndex = MediaTypes.isIndex(root.descriptor().mediaType());
    RepositoryBlobs known = blobs.with(root);
    Descriptor chosen = platform.choose(List.of(root.descriptor()), known);
    Manifest manifest = known.manifest(chosen);
    return new RegistryImage(
        known,
        isIndex ? Optional.of(root.descriptor()) : Optional.empty(),
        new Descriptor(chosen.mediaType(), chosen.digest(), chosen.size()),
        manifest,
        known.config(manifest));
  }

  /** The repository that the image is in. */
  RepositoryName repository() {
    return blobs.repository();
  }

  @Override
  public String reference() {
    return blobs.reference();
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    return blobs.open(blob);
  }

  @Override
  public InputStream openUnverified(Descriptor blob, long offset) throws IOException {
    return blobs.openUnverified(blob, offset);
  }

  @Override
  public List<Manifest> referrers(Descriptor subject, Predicate<String> artifactType)
      throws IOException {
    List<Manifest> artifacts = new ArrayList<>();
    for (Descriptor each : blobs.referrers(subject.digest())) {
      if (MediaTypes.isManifest(each.mediaType())
          && each.artifactType().map(artifactType::test).orElse(true)) {
        blobs
            .artifact(each)
            .filter(artifact -> artifactType.test(artifact.effectiveArtifactType()))
            .ifPresent(artifacts::add);
      }
    }
    return artifacts;
  }

  @Override
  public void close() {
    // The registry closes the connections.
  }
}
