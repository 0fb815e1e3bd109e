package dev.varve.core.image;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One platform's image, to be read: in an OCI layout, an archive, a registry. Opening it has read
 * and verified the manifest and the config. Methods may be called from several threads.
 */
public interface ImageSource extends BlobSource {
  /** The manifest's own descriptor. */
  Descriptor descriptor();

  /** The manifest. */
  Manifest manifest();

  /** The config. */
  ImageConfig config();

  /** The index that the reference led to, and this image was chosen from; empty without one. */
  default Optional<Descriptor> index() {
    return Optional.empty();
  }

  /**
   * The manifests of artifacts that have something as their subject, the newest last where that is
   * known.
   *
   * @param subject a manifest at this place, such as {@link #descriptor}
   * @param artifactType which types of artifacts are wanted
   */
  List<Manifest> referrers(Descriptor subject, Predicate<String> artifactType) throws IOException;

  /** The newest artifact of a type that has this image as its subject. */
  default Optional<Manifest> referrer(String artifactType) throws IOException {
    List<Manifest> found = referrers(descriptor(), artifactType::equals);
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(found.size() - 1));
  }
}
