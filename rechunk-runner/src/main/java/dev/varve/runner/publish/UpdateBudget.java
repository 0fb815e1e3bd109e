package dev.varve.runner.publish;

import dev.varve.core.update.UpdateCost;
import dev.varve.runner.RechunkResult;
import java.util.List;
import java.util.OptionalLong;

/** Compares the download of an update with the request's budget, if there is one. */
final class UpdateBudget {
  private final PublishRequest request;
  private final RechunkResult result;
  private final PublishListener listener;

  UpdateBudget(PublishRequest request, RechunkResult result, PublishListener listener) {
    this.request = request;
    this.result = result;
    this.listener = listener;
  }

  /** Checks the download by layers, unless the budget limits the delta. */
  void requireLayersWithin() throws BudgetExceededException {
    if (request.budgetBytes().isEmpty()) {
      return;
    }
    if (result.previous().isEmpty()) {
      listener.notice("the budget is not checked, because there is no previous image");
    } else if (!request.budgetOfDelta()) {
      require(OptionalLong.empty());
    } else if (request.dryRun()) {
      listener.notice("the budget is not checked, because a dry run makes no delta");
    }
  }

  /**
   * Checks the download by the delta from the previous image, if the budget limits the delta.
   * Without such a delta clients download layers.
   */
  void requireDeltaWithin(List<PublishedDelta> deltas) throws BudgetExceededException {
    if (request.budgetOfDelta()) {
      require(
          PublishedDelta.fromPrevious(deltas, result)
              .map(delta -> OptionalLong.of(delta.bytes()))
              .orElse(OptionalLong.empty()));
    }
  }

  private void require(OptionalLong deltaBytes) throws BudgetExceededException {
    if (request.budgetBytes().isEmpty() || result.previous().isEmpty()) {
      return;
    }
    UpdateCost cost = UpdateCost.between(result.previous().get(), result.image());
    long budget = request.budgetBytes().getAsLong();
    if (deltaBytes.orElse(cost.downloadedBytes()) > budget) {
      throw new BudgetExceededException(
          result.image().pinned(), cost, result.causes(), deltaBytes, budget);
    }
  }
}
