package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.copy.ImageCopy;
import dev.varve.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Reports a copied image.
 *
 * @param destination the destination as named by the user
 */
public record CopyReport(String destination, ImageCopy.Result result) implements Report {
  @Override
  public List<String> lines() {
    String digest = "@" + result.descriptor().digest();
    String pinned = destination.endsWith(digest) ? destination : destination + digest;
    List<String> lines = new ArrayList<>(List.of("", pinned));
    Table table = new Table("ll");
    table.row("blobs", result.blobs() + ", " + Human.size(result.bytes()) + copied());
    lines.addAll(table.lines());
    return lines;
  }

  private String copied() {
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
    return JsonObject.EMPTY
        .with("reference", destination)
        .with("digest", result.descriptor().digest().toString())
        .with("mediaType", result.descriptor().mediaType())
        .with("blobs", result.blobs())
        .with("totalBytes", result.bytes())
        .with("readBlobs", result.readBlobs())
        .with("readBytes", result.readBytes());
  }
}
