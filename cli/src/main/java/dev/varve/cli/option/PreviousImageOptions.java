package dev.varve.cli.option;

import dev.varve.cli.session.PreviousImage;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the previous image of a rechunked one. */
public final class PreviousImageOptions {
  @Option(
      names = "--prev",
      paramLabel = "REF",
      description = "The image that clients have now; its unchanged layers are kept.")
  private @Nullable String previous;

  @Option(names = "--fresh", description = "Plan without a previous image.")
  private boolean fresh;

  /** Returns a list of a reference and the previous image's reference, if given. */
  public List<Reference> and(Reference other) {
    return Stream.concat(Stream.of(other), Stream.ofNullable(previous).map(Reference::parse))
        .toList();
  }

  /** Chooses the image. */
  public PreviousImage choose(Reference destination, Session session) throws IOException {
    return PreviousImage.choose(previous, fresh, destination, session.transports());
  }
}
