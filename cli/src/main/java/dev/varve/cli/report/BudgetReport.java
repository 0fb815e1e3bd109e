package dev.varve.cli.report;

import dev.varve.cli.terminal.DetailedException;
import dev.varve.cli.terminal.Human;
import dev.varve.core.json.JsonObject;
import dev.varve.core.update.UpdateCost;
import dev.varve.core.update.UpdateCost.LayerDownload;
import dev.varve.runner.publish.BudgetExceededException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reports an update over its budget, with the largest layers, and with its causes if they are
 * known.
 */
public final class BudgetReport extends DetailedException {
  private static final long serialVersionUID = 1L;

  /** The number of layers in the message. */
  private static final int MOST_LAYERS = 5;

  private final BudgetExceededException failure;
  private final transient Optional<CausesReport> causes;

  public BudgetReport(BudgetExceededException failure) {
    super(message(failure), failure);
    this.failure = failure;
    this.causes = failure.causes().map(found -> new CausesReport(found, Map.of(), false));
  }

  private static String message(BudgetExceededException failure) {
    UpdateCost cost = failure.cost();
    return "publishing "
        + failure.image()
        + ": the update downloads "
        + download(failure)
        + ", and the budget is "
        + Human.size(failure.budgetBytes())
        + "; the largest layers: "
        + cost.downloads().stream()
            .limit(MOST_LAYERS)
            .map(BudgetReport::named)
            .collect(Collectors.joining(", "))
        + "; no tag was moved; a larger --budget permits the update";
  }

  private static String download(BudgetExceededException failure) {
    String layers = Human.size(failure.cost().downloadedBytes());
    return failure.deltaBytes().isEmpty()
        ? layers
        : Human.size(failure.deltaBytes().getAsLong()) + " by delta (by layers " + layers + ")";
  }

  private static String named(LayerDownload layer) {
    return Human.size(layer.blob().size())
        + " ("
        + UpdateReport.components(layer, UpdateReport.MOST_NAMES)
        + ")";
  }

  @Override
  protected List<String> lines() {
    return causes.map(CausesReport::lines).orElse(List.of());
  }

  @Override
  protected JsonObject addTo(JsonObject json) {
    JsonObject numbers =
        json.with("reference", failure.image()).with("budgetBytes", failure.budgetBytes());
    if (failure.deltaBytes().isPresent()) {
      numbers = numbers.with("deltaBytes", failure.deltaBytes().getAsLong());
    }
    JsonObject update =
        new UpdateReport(failure.cost(), true)
            .addTo(numbers.with("totalBytes", failure.cost().totalBytes()));
    return causes.isEmpty() ? update : causes.get().addTo(update);
  }
}
