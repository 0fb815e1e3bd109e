package dev.varve.runner.publish;

import dev.varve.core.update.UpdateCauses;
import dev.varve.core.update.UpdateCost;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Thrown if an update is bigger than the request's budget; no tag was moved. */
public final class BudgetExceededException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String image;
  private final transient UpdateCost cost;
  private final transient Optional<UpdateCauses> causes;
  private final transient OptionalLong deltaBytes;
  private final long budgetBytes;

  BudgetExceededException(
      String image,
      UpdateCost cost,
      Optional<UpdateCauses> causes,
      OptionalLong deltaBytes,
      long budgetBytes) {
    super(
        "publishing %s: expected a download of at most %3$d bytes, got %2$d; no tag was moved"
            .formatted(image, deltaBytes.orElse(cost.downloadedBytes()), budgetBytes));
    this.image = image;
    this.cost = cost;
    this.causes = causes;
    this.deltaBytes = deltaBytes;
    this.budgetBytes = budgetBytes;
  }

  /** Returns the image by digest, as {@code HOST/PATH@DIGEST}. */
  public String image() {
    return image;
  }

  /** Returns the cost of the update by layers. */
  public UpdateCost cost() {
    return cost;
  }

  /** Returns what made layers change, down to files, if it was asked for and could be found. */
  public Optional<UpdateCauses> causes() {
    return causes;
  }

  /** Returns the download by delta in bytes, if the budget limits this one. */
  public OptionalLong deltaBytes() {
    return deltaBytes;
  }

  /** Returns the budget in bytes. */
  public long budgetBytes() {
    return budgetBytes;
  }
}
