package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.json.JsonObject;
import dev.varve.runner.builtin.LayerAppend;
import java.util.ArrayList;
import java.util.List;

/**
 * Reports an appended layer.
 *
 * @param source the original image, as named by the user
 * @param destination the place of the new image, as named by the user
 * @param result the new image
 */
public record AppendReport(String source, String destination, LayerAppend.Result result)
    implements Report {
  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(destination + "@" + result.image().digest());
    Table table = new Table("ll");
    table.row(
        "layers",
        result.layers()
            + ", "
            + Human.size(result.totalBytes())
            + "; the appended one "
            + Human.size(result.layer().size()));
    table.row("state", result.hasState() ? "that of " + source : "none");
    lines.addAll(table.lines());
    return lines;
  }

  @Override
  public JsonObject json() {
    return JsonObject.EMPTY
        .with("reference", destination)
        .with("digest", result.image().digest().toString())
        .with("layers", result.layers())
        .with("totalBytes", result.totalBytes())
        .with(
            "appended",
            JsonObject.EMPTY
                .with("digest", result.layer().digest().toString())
                .with("diffId", result.diffId().toString())
                .with("bytes", result.layer().size()))
        .with("state", result.hasState());
  }
}
