package dev.varve.cli.option;

import dev.varve.core.filetree.LayerLimits;
import dev.varve.runner.publish.DeltaOptions;
import dev.varve.runner.publish.PublishRequest;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for the deltas of a published image. */
@InGroup(HelpGroup.DELTAS)
public final class PublishedDeltaOptions {
  @Option(
      names = "--deltas",
      paramLabel = "N",
      description =
          "Attach deltas from the last N images, and from the images that the tags pointed to "
              + "(default: 0, no deltas). If one cannot be made, publish warns and goes on.")
  private int sources;

  @Option(
      names = "--keep-deltas",
      paramLabel = "N",
      description =
          "Keep the deltas of the newest N images, with the new one, and delete those of earlier "
              + "images where the registry permits it (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private int kept;

  @Mixin private DeltaFormat format;

  /** The download that the budget limits. */
  enum BudgetOf {
    LAYERS,
    DELTAS;

    /** Returns the value as typed on command lines. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--budget-of",
      paramLabel = "layers|deltas",
      description =
          "The download that --budget limits: by layers, or by the delta from the previous image, "
              + "if it can be made (default: layers).")
  private BudgetOf budgetOf = BudgetOf.LAYERS;

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if a number is out of range, or the budget limits deltas and
   *     none are made
   */
  public void requireValid() {
    if (sources < 0) {
      throw new IllegalArgumentException("--deltas: expected 0 or more, got " + sources);
    }
    if (kept < 1) {
      throw new IllegalArgumentException("--keep-deltas: expected 1 or more, got " + kept);
    }
    if (budgetOf == BudgetOf.DELTAS && sources == 0) {
      throw new IllegalArgumentException("--budget-of deltas requires --deltas");
    }
    format.version();
  }

  /**
   * Adds these options to a request.
   *
   * @param limits the limits for reading layers
   */
  public void addTo(PublishRequest.Builder request, LayerLimits limits) {
    request
        .deltas(new DeltaOptions(sources, kept, format.version(), limits))
        .budgetOfDelta(budgetOf == BudgetOf.DELTAS);
  }
}
