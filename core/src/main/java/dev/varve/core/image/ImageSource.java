package dev.varve.core.image;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * An open image of one platform, in an OCI layout, an archive or a registry. The manifest and the
 * config have been read and verified. Thread-safe.
 */
public interface ImageSource extends BlobSource {
  /** The manifest's descriptor. */
  Descriptor descriptor();

  /** The manifest. */
  Manifest manifest();

  /** The config. */
  ImageConfig config();

  /** The index that the reference points to, from which this image was chosen, if any. */
  default Optional<Descriptor> index() {
    return Optional.empty();
  }

  /**
   * Returns the manifests of artifacts with a subject, the newest last if their age is known.
   *
   * @param subject a manifest in this place, such as {@link #descriptor}
   * @param artifactType matches the types of the artifacts
   */
  List<Manifest> referrers(Descriptor subject, Predicate<String> artifactType) throws IOException;

  /** Returns the newest artifact of a type with this image as its subject. */
  default Optional<Manifest> referrer(String artifactType) throws IOException {
    List<Manifest> found = referrers(descriptor(), artifactType::equals);
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(found.size() - 1));
  }
}
