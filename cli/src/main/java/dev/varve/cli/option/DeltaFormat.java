package dev.varve.cli.option;

import dev.varve.core.tardiff.TarDiffVersion;
import picocli.CommandLine.Option;

/** The option for the format of deltas. */
@InGroup(HelpGroup.DELTAS)
public final class DeltaFormat {
  @Option(
      names = "--delta-format",
      paramLabel = "1|2",
      description =
          "The version of the tar-diffs in a delta (default: ${DEFAULT-VALUE}). All clients read 1.",
      defaultValue = "1")
  private int format;

  /** Returns the version. */
  public TarDiffVersion version() {
    return switch (format) {
      case 1 -> TarDiffVersion.ONE;
      case 2 -> TarDiffVersion.TWO;
      default ->
          throw new IllegalArgumentException("--delta-format: expected 1 or 2, got " + format);
    };
  }
}
