package dev.varve.cli.session;

import dev.varve.cli.terminal.Console;
import dev.varve.core.image.Descriptor;
import dev.varve.registry.Repository;
import java.io.IOException;

/** Finds the digest of an image in a registry, which does not change when tags move. */
public final class PinnedImage {
  private PinnedImage() {}

  /**
   * Returns the descriptor of a reference's image; if the reference has a tag, a note shows the
   * digest.
   */
  public static Descriptor find(Console console, Repository repository, Reference reference)
      throws IOException {
    Descriptor image = repository.resolve(reference.name(), reference.text());
    if (!reference.name().contains(":")) {
      console.note(
          "tag "
              + reference.name()
              + " points to "
              + image.digest()
              + " now; name the digest to select this image for certain");
    }
    return image;
  }
}
