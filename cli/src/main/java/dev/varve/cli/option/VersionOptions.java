package dev.varve.cli.option;

import dev.varve.registry.name.ImageName;
import dev.varve.runner.naming.TagSeries;
import dev.varve.runner.naming.VersionTag;
import dev.varve.runner.publish.PublishRequest;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Option;

/** Options for the version and the tags of a published image. */
public final class VersionOptions {
  @Option(
      names = "--version",
      paramLabel = "FORMAT",
      description =
          "The version tag and label, with %%Y %%y %%m %%d %%H %%M %%S %%j in UTC; "
              + "<date> is %%y%%m%%d (default: 40-%%Y%%m%%d). Another image on the same "
              + "day takes over the tag; its label gets .1, .2 and so on.")
  private String format = VersionTag.DEFAULT_FORMAT;

  @Option(
      names = "--unique",
      description = "Give another image on the same day its own tag, with .1, .2 and so on.")
  private boolean unique;

  @Option(
      names = "--tag",
      paramLabel = "T",
      description = "A further tag, such as latest. May be repeated.")
  private List<String> tags = List.of();

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if a tag, or the current version, is malformed
   */
  public void requireValid(Clock clock) {
    VersionTag.at(clock.instant(), format);
    tags.forEach(ImageName::requireTag);
  }

  /** Adds these options to a request. */
  public void addTo(PublishRequest.Builder request, Clock clock) {
    request.version(format, clock.instant()).unique(unique).tags(tags);
  }

  /** The series of version tags. */
  TagSeries series() {
    return TagSeries.of(format);
  }

  /** The tags in addition to the version tag. */
  List<String> tags() {
    return tags;
  }
}
