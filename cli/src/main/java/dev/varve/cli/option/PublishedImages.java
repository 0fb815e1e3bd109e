package dev.varve.cli.option;

import dev.varve.cli.session.NamedRegistries;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Registries;
import dev.varve.cli.session.Transports;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.ConsoleProgress;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.state.PublishedImage;
import dev.varve.runner.process.ClosedOnExit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what is known of images; of one that has no state, by reading all of it.
 *
 * @param console where progress is told
 * @param common whether it is
 * @param scratchOption where layers are unpacked
 * @param packagesOption whether package databases are read
 * @param registryOptions who asks registries, and how
 */
public record PublishedImages(
    Console console,
    CommonOptions common,
    ScratchOption scratchOption,
    PackagesOption packagesOption,
    RegistryOptions registryOptions) {
  /** What is done with an image that is open. */
  public interface Reader<R> {
    public R read(ImageSource source, PublishedImage image) throws IOException;
  }

  /** The images that references name, one after another. */
  public List<PublishedImage> read(List<String> references) throws IOException {
    return read(references, (source, image) -> image);
  }

  /** What {@code reader} makes of the images that references name, one after another. */
  public <R> List<R> read(List<String> texts, Reader<R> reader) throws IOException {
    List<Reference> references = texts.stream().map(Reference::parse).toList();
    List<R> results = new ArrayList<>();
    try (ConsoleProgress progress = new ConsoleProgress(console, common.quiet());
        Registries registries =
            registryOptions.open(console, progress, NamedRegistries.reading(references))) {
      for (Reference reference : references) {
        try (ClosedOnExit<Scratch> scratch =
                new ClosedOnExit<>(new Scratch(scratchOption.directory(console.environment())));
            ImageSource source =
                new Transports(
                        PlatformChoice.any().telling(progress::notice),
                        scratch.get(),
                        console.environment(),
                        registries)
                    .image(reference)) {
          PublishedImage image =
              PublishedImage.of(
                  source,
                  Optional.empty(),
                  packagesOption.rules(),
                  scratch.get().directory("layers"),
                  progress,
                  scratchOption.layerLimits());
          results.add(reader.read(source, image));
        }
      }
    }
    return results;
  }
}
