package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.image.Manifest;
import dev.varve.core.json.JsonObject;
import java.util.List;

/**
 * Lists the deltas for an image.
 *
 * @param reference the image as the user named it
 * @param image the image's manifest
 */
public record DeltaListReport(String reference, Manifest image, List<AvailableDelta> deltas)
    implements Report {
  private List<DeltaReport> reports() {
    return deltas.stream()
        .map(each -> DeltaReport.of(each.delta(), each.manifest().descriptor().digest(), image))
        .toList();
  }

  @Override
  public List<String> lines() {
    if (deltas.isEmpty()) {
      return List.of(reference + " has no deltas");
    }
    Table table = new Table("lrrl");
    table.row("from", "delta", "layers", "digest");
    for (DeltaReport report : reports()) {
      table.row(
          report.delta().source().toString(),
          Human.size(report.delta().downloadedBytes()),
          Human.size(report.layerBytes()),
          report.digest().toString());
    }
    return table.lines();
  }

  @Override
  public JsonObject json() {
    return JsonObject.EMPTY
        .with("reference", reference)
        .with("digest", image.descriptor().digest().toString())
        .with("deltas", reports().stream().map(DeltaReport::json).toList());
  }
}
