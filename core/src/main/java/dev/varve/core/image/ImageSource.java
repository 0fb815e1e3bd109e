package dev.varve.core.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One platform's image, to be read: in an OCI layout, an archive, a registry. Opening it has read
 * and verified the manifest and the config. Methods may be called from several threads.
 */
public interface ImageSource extends Closeable {
  /** The image as the user named it, transport included, for messages. */
  String reference();

  /** The manifest's own descriptor. */
  Descriptor descriptor();

  /** The manifest. */
  Manifest manifest();

  /** The config. */
  ImageConfig config();

  /**
   * Opens a blob of this image. The stream fails, before it ends, when the bytes are not those of
   * the descriptor's digest and size.
   *
   * @throws MissingBlobException if it is not there
   */
  InputStream open(Descriptor blob) throws IOException;

  /**
   * The blob as a file of its own, which may be linked to but never written; empty where it isn't
   * one.
   */
  default Optional<Path> file(Descriptor blob) {
    return Optional.empty();
  }

  /**
   * The manifest of an artifact of the given type that has this image as its subject; the newest
   * where there are several.
   */
  Optional<Manifest> referrer(String artifactType) throws IOException;
}
