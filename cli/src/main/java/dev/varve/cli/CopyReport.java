package dev.varve.cli;

import dev.varve.core.copy.ImageCopy;
import dev.varve.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells what was copied.
 *
 * @param destination where it is now, as the user named that
 */
record CopyReport(String destination, ImageCopy.Result result) {
  /** For people. */
  List<String> lines() {
    List<String> lines =
        new ArrayList<>(List.of("", destination + "@" + result.descriptor().digest()));
    Table table = new Table("ll");
    table.row(
        "blobs",
        result.blobs()
            + ", "
            + Human.size(result.bytes())
            + (result.readBlobs() == result.blobs()
                ? ""
                : "; " + result.readBlobs() + " read, " + Human.size(result.readBytes())));
    lines.addAll(table.lines());
    return lines;
  }

  /** For machines. */
  JsonObject json() {
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
