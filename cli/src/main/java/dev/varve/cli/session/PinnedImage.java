package dev.varve.cli.session;

import dev.varve.cli.terminal.Console;
import dev.varve.core.image.Descriptor;
import dev.varve.registry.Repository;
import java.io.IOException;

/** Finds the digest of an image in a registry, which is independent of later moves of tags. */
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
              + "; name the digest to select exactly this image");
    }
    return image;
  }
}
