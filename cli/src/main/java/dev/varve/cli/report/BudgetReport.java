package dev.varve.cli.report;

import dev.varve.cli.terminal.DetailedException;
import dev.varve.cli.terminal.Human;
import dev.varve.core.delta.UpdateCost;
import dev.varve.core.delta.UpdateCost.LayerDownload;
import dev.varve.core.json.JsonObject;
import dev.varve.runner.publish.BudgetExceededException;
import java.util.stream.Collectors;

/** Tells that an update is over its budget, and which layers take most of it. */
public final class BudgetReport extends DetailedException {
  private static final long serialVersionUID = 1L;

  /** How many layers are named. */
  private static final int MOST_LAYERS = 5;

  private final BudgetExceededException failure;

  public BudgetReport(BudgetExceededException failure) {
    super(message(failure), failure);
    this.failure = failure;
  }

  private static String message(BudgetExceededException failure) {
    UpdateCost cost = failure.cost();
    return "publishing "
        + failure.image()
        + ": the update downloads "
        + Human.size(cost.downloadedBytes())
        + ", and the budget is "
        + Human.size(failure.budgetBytes())
        + "; most of it: "
        + cost.downloads().stream()
            .limit(MOST_LAYERS)
            .map(BudgetReport::named)
            .collect(Collectors.joining(", "))
        + "; no tag was moved, and a bigger --budget would let it pass";
  }

  private static String named(LayerDownload layer) {
    return Human.size(layer.blob().size())
        + " ("
        + UpdateReport.components(layer, UpdateReport.MOST_NAMES)
        + ")";
  }

  @Override
  protected JsonObject addTo(JsonObject json) {
    return new UpdateReport(failure.cost(), true)
        .addTo(
            json.with("reference", failure.image())
                .with("budgetBytes", failure.budgetBytes())
                .with("totalBytes", failure.cost().totalBytes()));
  }
}
