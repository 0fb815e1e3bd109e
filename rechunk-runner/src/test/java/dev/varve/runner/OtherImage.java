package dev.varve.runner;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Delegates to another image; a test overrides the methods that differ. */
public class OtherImage implements ImageSource {
  private final ImageSource image;

  /** Delegates every method to {@code image}. */
  public OtherImage(ImageSource image) {
    this.image = image;
  }

  @Override
  public String reference() {
    return image.reference();
  }

  @Override
  public Descriptor descriptor() {
    return image.descriptor();
  }

  @Override
  public Manifest manifest() {
    return image.manifest();
  }

  @Override
  public ImageConfig config() {
    return image.config();
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    return image.open(blob);
  }

  @Override
  public Optional<Path> file(Descriptor blob) {
    return image.file(blob);
  }

  @Override
  public List<Manifest> referrers(Descriptor subject, Predicate<String> artifactType)
      throws IOException {
    return image.referrers(subject, artifactType);
  }

  @Override
  public void close() throws IOException {
    image.close();
  }
}
