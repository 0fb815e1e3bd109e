package dev.varve.cli.session;

import dev.varve.cli.terminal.Console;
import dev.varve.core.image.Descriptor;
import dev.varve.registry.Repository;
import java.io.IOException;

/** An image in a registry by its digest, which stays the same whatever happens to tags. */
public final class PinnedImage {
  private PinnedImage() {}

  /** What a reference leads to now; where a tag leads, is told. */
  public static Descriptor find(Console console, Repository repository, Reference reference)
      throws IOException {
    Descriptor image = repository.resolve(reference.name(), reference.text());
    if (!reference.name().contains(":")) {
      console.note(
          "tag "
              + reference.name()
              + " leads to "
              + image.digest()
              + " now; name the digest to be sure which image it is");
    }
    return image;
  }
}
