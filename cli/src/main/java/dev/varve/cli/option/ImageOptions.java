package dev.varve.cli.option;

import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Console;
import dev.varve.core.state.DivisionRules;
import dev.varve.core.state.PublishedImage;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Mixin;

/** Options of a command that reads images and their states. */
public final class ImageOptions {
  @Mixin private ScratchOption scratchOption;
  @Mixin private PackagesOption packagesOption;
  @Mixin private RegistryOptions registryOptions;
  @Mixin private PlatformOption platformOption;

  /** Reads images one after another, in the order of their references. */
  public List<PublishedImage> read(Console console, CommonOptions common, List<String> references)
      throws IOException {
    return read(console, common, references, (source, image) -> image);
  }

  /** Reads images one after another, and passes each to {@code reader} while it is open. */
  public <R> List<R> read(
      Console console, CommonOptions common, List<String> references, Session.ImageReader<R> reader)
      throws IOException {
    List<Reference> images = references.stream().map(Reference::parse).toList();
    try (Session session = open(console, common, images)) {
      return session.read(images, rules(), reader);
    }
  }

  /** Opens a session in which the images can be read. */
  public Session open(Console console, CommonOptions common, List<Reference> images)
      throws IOException {
    return Session.open(
        console, common, scratchOption, registryOptions.reading(images), platformOption);
  }

  /** The rules of division for images without a state. */
  public DivisionRules rules() {
    return packagesOption.rules();
  }
}
