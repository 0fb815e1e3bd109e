package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.state.PublishedImage.PublishedLayer;
import dev.varve.core.update.UpdateCost;
import dev.varve.registry.blob.UploadCount;
import dev.varve.runner.RechunkResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reports the result of rechunking, and the download of the update. */
public final class RechunkReport implements Report {
  private final RechunkResult result;
  private final String absence;
  private final Optional<UploadCount> uploaded;
  private final PublishedImage image;
  private final Optional<UpdateReport> update;
  private final Optional<CausesReport> causes;
  private final long totalBytes;
  private final long reusedBytes;

  /**
   * Creates a report.
   *
   * @param absence the reason for rechunking without a previous image; empty with one
   */
  public RechunkReport(RechunkResult result, String absence) {
    this(result, absence, Optional.empty(), Map.of());
  }

  /**
   * Creates a report.
   *
   * @param absence the reason for rechunking without a previous image; empty with one
   * @param uploaded the uploaded blobs, if known
   * @param patched what a delta from the previous image has of each layer, in bytes
   */
  public RechunkReport(
      RechunkResult result,
      String absence,
      Optional<UploadCount> uploaded,
      Map<Digest, Long> patched) {
    this.result = result;
    this.absence = absence;
    this.uploaded = uploaded;
    this.image = result.image();
    this.update =
        result.previous().map(before -> new UpdateReport(UpdateCost.between(before, image), false));
    this.causes = result.causes().map(found -> new CausesReport(found, patched, false));
    List<Descriptor> blobs = image.layers().stream().map(PublishedLayer::blob).toList();
    this.totalBytes = blobs.stream().mapToLong(Descriptor::size).sum();
    this.reusedBytes =
        blobs.stream()
            .filter(blob -> result.reused().contains(blob.digest()))
            .mapToLong(Descriptor::size)
            .sum();
  }

  @Override
  public List<String> lines() {
    return lines(Map.of());
  }

  /**
   * Returns the report as text.
   *
   * @param further further rows, by name
   */
  public List<String> lines(Map<String, String> further) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(image.pinned() + (result.verified() ? ", verified" : ""));
    Table table = new Table("ll");
    table.row("layers", layers());
    table.row("previous", result.previous().map(PublishedImage::pinned).orElse("none: " + absence));
    table.row("update", update());
    update.ifPresent(report -> table.row("packages", report.packages()));
    further.forEach(table::row);
    lines.addAll(table.lines());
    update.ifPresent(report -> lines.addAll(report.downloads()));
    causes.ifPresent(report -> lines.addAll(report.lines()));
    return lines;
  }

  /** Returns the download of clients in one line. */
  public String update() {
    return update.map(UpdateReport::summary).orElseGet(this::wholeDownload);
  }

  /** Without a previous image clients download everything, even if little was uploaded. */
  private String wholeDownload() {
    String size = Human.size(totalBytes);
    return "a whole download: "
        + uploaded
            .map(count -> size + " for clients; " + Human.size(count.bytes()) + " uploaded")
            .orElse(size);
  }

  private String layers() {
    long full = image.state().layers().stream().mapToLong(LayerState::size).sum();
    String all =
        image.layers().size()
            + ", "
            + Human.size(totalBytes)
            + " ("
            + Human.size(full)
            + " uncompressed)";
    return result.previous().isEmpty()
        ? all
        : all + "; " + reusedLayers() + " reused, " + Human.size(reusedBytes);
  }

  /** The size of the layers reused from the previous image, in bytes. */
  public long reusedBytes() {
    return reusedBytes;
  }

  /** The download of clients of the previous image, if any, in bytes. */
  public long updateBytes() {
    return result
        .previous()
        .map(before -> UpdateCost.between(before, image).downloadedBytes())
        .orElse(totalBytes);
  }

  private long reusedLayers() {
    return image.layers().stream()
        .filter(layer -> result.reused().contains(layer.blob().digest()))
        .count();
  }

  @Override
  public JsonObject json() {
    JsonObject json =
        JsonObject.EMPTY
            .with("reference", image.reference())
            .with("digest", image.descriptor().digest().toString())
            .with("layers", image.layers().size())
            .with("chunks", image.layers().size())
            .with("totalBytes", totalBytes)
            .with(
                "uncompressedBytes",
                image.state().layers().stream().mapToLong(LayerState::size).sum())
            .with("reusedLayers", reusedLayers())
            .with("reusedBytes", reusedBytes)
            .with("verified", result.verified())
            .with("changelog", result.notes().changelog());
    if (result.notes().version().isPresent()) {
      json = json.with("version", result.notes().version().get());
    }
    if (result.previous().isPresent() && update.isPresent()) {
      json = update.get().addTo(json.with("prevRef", result.previous().get().pinned()));
      return causes.isEmpty() ? json : causes.get().addTo(json);
    }
    return json.with("updateBytes", totalBytes).with("share", 1);
  }
}
