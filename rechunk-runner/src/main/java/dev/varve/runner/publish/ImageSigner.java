package dev.varve.runner.publish;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.registry.Repository;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Signs an image by digest before a tag points to it. */
public interface ImageSigner extends Closeable {
  /** Signs nothing. */
  ImageSigner NONE =
      new ImageSigner() {
        @Override
        public void sign(Repository repository, Descriptor image) {}

        @Override
        public void verify(Repository repository, Descriptor image) {}

        @Override
        public String summary() {
          return "none";
        }
      };

  /** Signs an image, unless the registry already has the signature. */
  void sign(Repository repository, Descriptor image) throws IOException;

  /**
   * Checks that the registry has the signature.
   *
   * @throws IOException if the signature is missing; then the tags must not be moved
   */
  void verify(Repository repository, Descriptor image) throws IOException;

  /**
   * Signs an index and its images, and checks each signature.
   *
   * @return the number of images
   */
  default int signAll(Repository repository, Descriptor index) throws IOException {
    Set<Descriptor> all = IndexedImages.of(repository, index);
    for (Descriptor each : all) {
      sign(repository, each);
      verify(repository, each);
    }
    return all.size() - 1;
  }

  /**
   * Returns a warning if some clients refuse the valid signature, with advice.
   *
   * @param previous the previous image, to which signatures may have been added after its build
   */
  default Optional<String> warning(
      Repository repository, Descriptor image, Optional<Digest> previous) throws IOException {
    return Optional.empty();
  }

  /** Returns a short description of the signer. */
  String summary();

  /** Closes the connections that signing needs. */
  @Override
  default void close() {}
}
