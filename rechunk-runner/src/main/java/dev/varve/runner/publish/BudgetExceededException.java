package dev.varve.runner.publish;

import dev.varve.core.update.UpdateCost;
import java.io.IOException;

/** Thrown if an update is bigger than the request's budget; no tag was moved. */
public final class BudgetExceededException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String image;
  private final transient UpdateCost cost;
  private final long budgetBytes;

  BudgetExceededException(String image, UpdateCost cost, long budgetBytes) {
    super(
        "publishing %s: expected a download of at most %3$d bytes, got %2$d; no tag was moved"
            .formatted(image, cost.downloadedBytes(), budgetBytes));
    this.image = image;
    this.cost = cost;
    this.budgetBytes = budgetBytes;
  }

  /** Returns the image by digest, as {@code HOST/PATH@DIGEST}. */
  public String image() {
    return image;
  }

  /** Returns the cost of the update. */
  public UpdateCost cost() {
    return cost;
  }

  /** Returns the budget in bytes. */
  public long budgetBytes() {
    return budgetBytes;
  }
}
