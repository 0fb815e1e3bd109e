package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.delta.Delta;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Reports a delta and the layers that it replaces.
 *
 * @param digest the digest of the delta's manifest
 * @param layerBytes the download without the delta, in bytes: the layers that the delta replaces
 */
public record DeltaReport(Delta delta, Digest digest, long layerBytes) implements Report {
  /**
   * Compares a delta with the layers of its image.
   *
   * @param artifact the delta's manifest
   * @param image the manifest of the image that the delta is for
   */
  public static DeltaReport of(Delta delta, Digest artifact, Manifest image) {
    return new DeltaReport(delta, artifact, delta.replacedBytes(image));
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>(List.of("", digest.toString()));
    Table table = new Table("ll");
    table.row("from", delta.source().toString());
    table.row("to", delta.target().toString());
    table.row("delta", Human.size(delta.downloadedBytes()));
    table.row("layers", layers());
    lines.addAll(table.lines());
    return lines;
  }

  private String layers() {
    String replaced =
        Human.count(delta.layers().size(), "layer") + " of " + Human.size(layerBytes) + " replaced";
    return replaced + ", " + delta.kept().size() + " kept";
  }

  @Override
  public JsonObject json() {
    return JsonObject.EMPTY
        .with("digest", digest.toString())
        .with("from", delta.source().toString())
        .with("to", delta.target().toString())
        .with("deltaBytes", delta.downloadedBytes())
        .with("layerBytes", layerBytes)
        .with("layers", delta.layers().size())
        .with("keptLayers", delta.kept().size());
  }
}
