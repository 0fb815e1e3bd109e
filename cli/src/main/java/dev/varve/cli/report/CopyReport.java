package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.copy.ImageCopy;
import dev.varve.core.delta.RebuiltImage;
import dev.varve.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reports a copied image.
 *
 * @param destination the destination as named by the user
 * @param origins where the layers came from, if some may have come from an old image
 */
public record CopyReport(
    String destination, ImageCopy.Result result, Optional<RebuiltImage.Origins> origins)
    implements Report {
  /** Creates the report of a copy without an old image. */
  public CopyReport(String destination, ImageCopy.Result result) {
    this(destination, result, Optional.empty());
  }

  @Override
  public List<String> lines() {
    String digest = "@" + result.descriptor().digest();
    String pinned = destination.endsWith(digest) ? destination : destination + digest;
    List<String> lines = new ArrayList<>(List.of("", pinned));
    Table table = new Table("ll");
    table.row("blobs", result.blobs() + ", " + Human.size(result.bytes()) + copied());
    origins.ifPresent(from -> addTo(table, from));
    lines.addAll(table.lines());
    return lines;
  }

  private static void addTo(Table table, RebuiltImage.Origins from) {
    table.row("kept", Human.size(from.kept()) + " of layers that the old image has");
    table.row(
        "rebuilt",
        Human.size(from.rebuilt())
            + " of layers, from "
            + Human.size(from.delta())
            + " of a delta");
    table.row("whole", Human.size(from.whole()) + " of layers");
  }

  private String copied() {
    if (origins.isPresent()) {
      return "";
    }
    if (result.readBlobs() == result.blobs()) {
      return "";
    }
    return result.readBlobs() == 0
        ? "; none was read: all existed, or were mounted or linked"
        : "; "
            + result.readBlobs()
            + (result.readBlobs() == 1 ? " was" : " were")
            + " copied, "
            + Human.size(result.readBytes());
  }

  @Override
  public JsonObject json() {
    JsonObject json =
        JsonObject.EMPTY
            .with("reference", destination)
            .with("digest", result.descriptor().digest().toString())
            .with("mediaType", result.descriptor().mediaType())
            .with("blobs", result.blobs())
            .with("totalBytes", result.bytes())
            .with("readBlobs", result.readBlobs())
            .with("readBytes", result.readBytes());
    return origins
        .map(
            from ->
                json.with("keptBytes", from.kept())
                    .with("rebuiltBytes", from.rebuilt())
                    .with("deltaBytes", from.delta())
                    .with("wholeBytes", from.whole()))
        .orElse(json);
  }
}
