package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.core.delta.Delta;
import dev.varve.core.json.JsonObject;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.update.UpdateCost;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Reports the downloads of updates from one image to the next.
 *
 * @param steps the updates, at least one
 * @param all whether to show long lists in full
 */
public record DiffReport(List<Update> steps, boolean all) implements Report {
  /**
   * An image to compare.
   *
   * @param deltas the deltas that are attached to the image
   */
  public record ComparedImage(PublishedImage image, List<Delta> deltas) {}

  /**
   * An update.
   *
   * @param cost the download by layers
   * @param deltaBytes the download by delta in bytes; empty without a delta
   */
  public record Update(UpdateCost cost, OptionalLong deltaBytes) {
    private static Update between(PublishedImage from, ComparedImage to) {
      return new Update(
          UpdateCost.between(from, to.image()),
          to.deltas().stream()
              .filter(delta -> delta.source().equals(from.descriptor().digest()))
              .mapToLong(Delta::downloadedBytes)
              .min());
    }
  }

  /** Compares each image with the one before. */
  public static DiffReport of(List<ComparedImage> images, boolean all) {
    List<Update> steps = new ArrayList<>();
    for (int i = 1; i < images.size(); i++) {
      steps.add(Update.between(images.get(i - 1).image(), images.get(i)));
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

  private List<String> lines(Update step) {
    UpdateCost cost = step.cost();
    UpdateReport report = new UpdateReport(cost, all);
    List<String> lines = new ArrayList<>();
    lines.add(cost.from().reference() + " → " + cost.to().reference() + ": " + report.summary());
    step.deltaBytes().ifPresent(bytes -> lines.add("by delta: " + Human.size(bytes)));
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
    return Math.round(costs().mapToLong(UpdateCost::downloadedBytes).average().orElse(0));
  }

  private long meanTotal() {
    return Math.round(costs().mapToLong(UpdateCost::totalBytes).average().orElse(0));
  }

  private Stream<UpdateCost> costs() {
    return steps.stream().map(Update::cost);
  }

  /** The share of all downloads together, weighted by size. */
  private double meanShare() {
    long total = costs().mapToLong(UpdateCost::totalBytes).sum();
    return total == 0 ? 0 : (double) costs().mapToLong(UpdateCost::downloadedBytes).sum() / total;
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

  private static JsonObject json(Update step) {
    UpdateCost cost = step.cost();
    JsonObject json =
        JsonObject.EMPTY
            .with("from", json(cost.from()))
            .with("to", json(cost.to()))
            .with("totalBytes", cost.totalBytes());
    if (step.deltaBytes().isPresent()) {
      json = json.with("deltaBytes", step.deltaBytes().getAsLong());
    }
    return new UpdateReport(cost, true).addTo(json);
  }

  private static JsonObject json(PublishedImage image) {
    return JsonObject.EMPTY
        .with("reference", image.reference())
        .with("digest", image.descriptor().digest().toString())
        .with("layers", image.layers().size());
  }
}
