package dev.varve.cli;

import dev.varve.core.delta.UpdateCost;
import dev.varve.core.delta.UpdateCost.LayerDownload;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.util.stream.Collectors;

/** An update is bigger than its users shall be made to download. */
final class BudgetExceededException extends IOException {
  private static final long serialVersionUID = 1L;

  /** How many layers are named. */
  private static final int MOST_LAYERS = 5;

  private final String image;
  private final transient UpdateCost cost;
  private final long budgetBytes;

  BudgetExceededException(String image, UpdateCost cost, ByteSize budget) {
    super(
        "publishing "
            + image
            + ": the update downloads "
            + Human.size(cost.downloadedBytes())
            + ", and the budget is "
            + Human.size(budget.bytes())
            + "; most of it: "
            + cost.downloads().stream()
                .limit(MOST_LAYERS)
                .map(BudgetExceededException::named)
                .collect(Collectors.joining(", "))
            + "; no tag was moved, and a bigger --budget would let it pass");
    this.image = image;
    this.cost = cost;
    this.budgetBytes = budget.bytes();
  }

  /** Adds the numbers. */
  JsonObject addTo(JsonObject json) {
    return new UpdateReport(cost, true)
        .addTo(
            json.with("reference", image)
                .with("budgetBytes", budgetBytes)
                .with("totalBytes", cost.totalBytes()));
  }

  private static String named(LayerDownload layer) {
    return Human.size(layer.blob().size())
        + " ("
        + UpdateReport.components(layer, UpdateReport.MOST_NAMES)
        + ")";
  }
}
