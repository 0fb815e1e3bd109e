package dev.varve.runner.publish;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.registry.Repository;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Signs what is published, by digest, before a tag leads to it. */
public interface ImageSigner extends Closeable {
  /** Nobody signs. */
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

  /** Signs an image, unless it is signed so already. */
  void sign(Repository repository, Descriptor image) throws IOException;

  /**
   * Checks that the registry has the signature.
   *
   * @throws IOException if not, and the tags must stay where they are
   */
  void verify(Repository repository, Descriptor image) throws IOException;

  /**
   * Why some clients refuse a signature that is good, and what to do.
   *
   * @param previous the image before, which has what a build attaches after it has published
   */
  default Optional<String> warning(
      Repository repository, Descriptor image, Optional<Digest> previous) throws IOException {
    return Optional.empty();
  }

  /** Who signs, in a few words. */
  String summary();

  /** Closes the connections that signing needs. */
  @Override
  default void close() {}
}
