package dev.varve.cli.option;

import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Series;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Console;
import dev.varve.core.image.PlatformChoice;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The images of a series. */
public final class SeriesOptions {
  @Mixin private ScratchOption scratchOption;
  @Mixin private RegistryOptions registryOptions;
  @Mixin private PlatformOption platformOption;

  @Parameters(
      arity = "1..*",
      paramLabel = "SERIES",
      description =
          "A repository docker://HOST/PATH or a layout oci:DIR, with all its images, oldest first; "
              + "or images one after another.")
  private List<String> series;

  @Option(
      names = "--pattern",
      paramLabel = "REGEX",
      description = "Only images of a repository or layout with a tag in which REGEX matches.")
  private @Nullable Pattern pattern;

  @Option(
      names = "--last",
      paramLabel = "N",
      description = "Only the N newest images of the series.")
  private @Nullable Integer last;

  /** The series as the user named it. */
  public String text() {
    return String.join(", ", series);
  }

  /** Opens a session in which the series can be read. */
  public Session open(Console console, CommonOptions common) throws IOException {
    return open(console, common, List.of());
  }

  /** Opens a session in which the series can be read, and images at further places. */
  public Session open(Console console, CommonOptions common, List<String> further)
      throws IOException {
    if (last != null && last < 1) {
      throw new IllegalArgumentException("--last: expected at least 1, got " + last);
    }
    List<Reference> places =
        Stream.concat(series.stream(), further.stream()).map(Reference::parse).toList();
    if (pattern != null) {
      requireTags(pattern);
    }
    // An index without the platform is opened, too, and left out of the series later.
    PlatformChoice choice =
        platformOption
            .platform()
            .map(PlatformChoice::orFirst)
            .orElseGet(PlatformChoice::anyOrFirst);
    return Session.open(
        console,
        common,
        scratchOption,
        registryOptions.reading(places),
        settings -> settings.platform(choice));
  }

  /** Checks that tags are searched at all places. */
  private void requireTags(Pattern wanted) {
    for (String place : series) {
      if (!Series.hasTags(place)) {
        throw new IllegalArgumentException(
            "--pattern "
                + wanted
                + " and "
                + place
                + " contradict each other: expected a repository or a layout, got one image");
      }
    }
  }

  /** Finds the images. */
  public Series find(Session session) throws IOException {
    return Series.find(
        series,
        new Series.Selection(
            pattern,
            last == null ? OptionalInt.empty() : OptionalInt.of(last),
            platformOption.platform()),
        session);
  }
}
