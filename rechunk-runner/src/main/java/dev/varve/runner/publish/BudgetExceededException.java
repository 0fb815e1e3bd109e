package dev.varve.runner.publish;

import dev.varve.core.delta.UpdateCost;
import java.io.IOException;

/** An update is bigger than its users shall be made to download; no tag was moved. */
public final class BudgetExceededException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String image;
  private final transient UpdateCost cost;
  private final long budgetBytes;

  BudgetExceededException(String image, UpdateCost cost, long budgetBytes) {
    super(
        "publishing %s: the update downloads %d bytes, and the budget is %d; no tag was moved"
            .formatted(image, cost.downloadedBytes(), budgetBytes));
    this.image = image;
    this.cost = cost;
    this.budgetBytes = budgetBytes;
  }

  /** The image by digest, as {@code HOST/PATH@DIGEST}. */
  public String image() {
    return image;
  }

  /** What the update downloads. */
  public UpdateCost cost() {
    return cost;
  }

  /** How many bytes it might have downloaded. */
  public long budgetBytes() {
    return budgetBytes;
  }
}
