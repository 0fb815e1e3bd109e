package dev.varve.core.delta;

import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MissingBlobException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Predicate;

/**
 * The new image as far as a delta contains it: manifest and config, and no layers, for a client
 * without access to the place where the image was published. Owns the place of the delta.
 */
public final class DeltaImage implements ImageSource {
  private final AvailableDelta available;
  private final Descriptor descriptor;
  private final Manifest manifest;
  private final ImageConfig config;

  private DeltaImage(AvailableDelta available, Manifest manifest, ImageConfig config) {
    this.available = available;
    this.descriptor = manifest.descriptor();
    this.manifest = manifest;
    this.config = config;
  }

  /**
   * Reads the manifest and the config.
   *
   * @throws IOException if they don't have the digests that the delta names
   */
  public static DeltaImage open(AvailableDelta available) throws IOException {
    BlobSource blobs = available.blobs();
    Delta delta = available.delta();
    Manifest manifest = blobs.manifest(delta.manifest());
    if (!manifest.descriptor().digest().equals(delta.target())
        || !manifest.config().digest().equals(delta.config().digest())) {
      throw new IOException(
          "reading the delta "
              + blobs.reference()
              + ": expected the manifest "
              + delta.target()
              + " with the config "
              + delta.config().digest()
              + ", got "
              + manifest.descriptor().digest()
              + " with "
              + manifest.config().digest());
    }
    return new DeltaImage(available, manifest, blobs.config(delta.config()));
  }

  /** The delta. */
  public AvailableDelta available() {
    return available;
  }

  @Override
  public String reference() {
    return available.blobs().reference();
  }

  @Override
  public Descriptor descriptor() {
    return descriptor;
  }

  @Override
  public Manifest manifest() {
    return manifest;
  }

  @Override
  public ImageConfig config() {
    return config;
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    boolean isContained =
        blob.digest().equals(manifest.config().digest())
            || available.delta().layers().stream()
                .anyMatch(layer -> layer.blob().digest().equals(blob.digest()));
    if (!isContained) {
      throw new MissingBlobException(reference(), blob);
    }
    return available.blobs().open(blob);
  }

  @Override
  public List<Manifest> referrers(Descriptor subject, Predicate<String> artifactType) {
    return List.of();
  }

  @Override
  public void close() throws IOException {
    available.blobs().close();
  }
}
