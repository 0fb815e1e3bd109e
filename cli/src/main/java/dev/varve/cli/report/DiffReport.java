package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.core.delta.Delta;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.update.UpdateCauses;
import dev.varve.core.update.UpdateCost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reports the downloads of updates from one image to the next.
 *
 * @param steps the updates, at least one
 * @param all whether to show long lists in full
 */
public record DiffReport(List<Update> steps, boolean all) implements Report {
  /**
   * An update.
   *
   * @param cost the download by layers
   * @param delta the smallest delta between the images, if any
   * @param causes the files that changed; empty if they were not read
   */
  public record Update(UpdateCost cost, Optional<Delta> delta, Optional<UpdateCauses> causes) {
    /** Chooses among the deltas that are attached to the new image. */
    public static Update of(UpdateCost cost, List<Delta> attached, Optional<UpdateCauses> causes) {
      return new Update(
          cost,
          attached.stream()
              .filter(delta -> delta.source().equals(cost.from().descriptor().digest()))
              .min(Comparator.comparingLong(Delta::downloadedBytes)),
          causes);
    }

    private Map<Digest, Long> patched() {
      return delta.map(Delta::bytesOfLayers).orElse(Map.of());
    }
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
    step.delta().ifPresent(delta -> lines.add("by delta: " + Human.size(delta.downloadedBytes())));
    lines.addAll(report.downloads());
    step.causes()
        .ifPresent(causes -> lines.addAll(new CausesReport(causes, step.patched(), all).lines()));
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
    if (step.delta().isPresent()) {
      json = json.with("deltaBytes", step.delta().get().downloadedBytes());
    }
    json = new UpdateReport(cost, true).addTo(json);
    return step.causes().isEmpty()
        ? json
        : new CausesReport(step.causes().get(), step.patched(), true).addTo(json);
  }

  private static JsonObject json(PublishedImage image) {
    return JsonObject.EMPTY
        .with("reference", image.reference())
        .with("digest", image.descriptor().digest().toString())
        .with("layers", image.layers().size());
  }
}
