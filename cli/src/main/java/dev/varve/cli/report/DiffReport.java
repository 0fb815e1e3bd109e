package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.core.json.JsonObject;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.update.UpdateCost;
import java.util.ArrayList;
import java.util.List;

/**
 * Reports the downloads of updates from one image to the next.
 *
 * @param steps the updates, at least one
 * @param all whether to show long lists in full
 */
public record DiffReport(List<UpdateCost> steps, boolean all) implements Report {
  /** Compares each image with the one before. */
  public static DiffReport of(List<PublishedImage> images, boolean all) {
    List<UpdateCost> steps = new ArrayList<>();
    for (int i = 1; i < images.size(); i++) {
      steps.add(UpdateCost.between(images.get(i - 1), images.get(i)));
    }
    return new DiffReport(steps, all);
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    steps.forEach(step -> lines.addAll(lines(step)));
    if (steps.size() > 1) {
      lines.add(summary());
    }
    return lines;
  }

  private List<String> lines(UpdateCost step) {
    UpdateReport report = new UpdateReport(step, all);
    List<String> lines = new ArrayList<>();
    lines.add(step.from().reference() + " → " + step.to().reference() + ": " + report.summary());
    lines.addAll(report.downloads());
    lines.add("packages: " + report.packages());
    lines.addAll(report.packageList());
    lines.add("");
    return lines;
  }

  private String summary() {
    return "mean of "
        + steps.size()
        + " updates: "
        + Human.size(meanBytes())
        + " of "
        + Human.size(meanTotal())
        + " ("
        + Human.share(meanShare())
        + ")";
  }

  private long meanBytes() {
    return Math.round(steps.stream().mapToLong(UpdateCost::downloadedBytes).average().orElse(0));
  }

  private long meanTotal() {
    return Math.round(steps.stream().mapToLong(UpdateCost::totalBytes).average().orElse(0));
  }

  /** The share of all downloads together, weighted by size. */
  private double meanShare() {
    long total = steps.stream().mapToLong(UpdateCost::totalBytes).sum();
    return total == 0
        ? 0
        : (double) steps.stream().mapToLong(UpdateCost::downloadedBytes).sum() / total;
  }

  @Override
  public JsonObject json() {
    return JsonObject.EMPTY
        .with("steps", steps.stream().map(DiffReport::json).toList())
        .with(
            "mean",
            JsonObject.EMPTY
                .with("updateBytes", meanBytes())
                .with("totalBytes", meanTotal())
                .with("share", meanShare()));
  }

  private static JsonObject json(UpdateCost step) {
    JsonObject json =
        JsonObject.EMPTY
            .with("from", json(step.from()))
            .with("to", json(step.to()))
            .with("totalBytes", step.totalBytes());
    return new UpdateReport(step, true).addTo(json);
  }

  private static JsonObject json(PublishedImage image) {
    return JsonObject.EMPTY
        .with("reference", image.reference())
        .with("digest", image.descriptor().digest().toString())
        .with("layers", image.layers().size());
  }
}
