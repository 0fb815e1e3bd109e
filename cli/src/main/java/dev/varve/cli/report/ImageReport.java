package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.state.PublishedImage.PublishedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reports an image and the contents of its layers.
 *
 * @param image the image with its state
 * @param config the image's config
 * @param all whether to show all components of a layer
 */
public record ImageReport(PublishedImage image, ImageConfig config, boolean all) implements Report {
  @Override
  public List<String> lines() throws MalformedJsonException {
    List<String> lines = new ArrayList<>();
    lines.add(image.reference());
    Table facts = new Table("ll");
    facts.row("digest", image.descriptor().digest().toString());
    facts.row("platform", config.platform().toString());
    facts.row("created", config.created().toString());
    facts.row(
        "layers",
        image.layers().size()
            + ", "
            + Human.size(compressed())
            + " ("
            + Human.size(full())
            + " uncompressed)");
    lines.addAll(facts.lines());
    Map<String, String> labels = config.labels();
    lines.add("  labels" + (labels.isEmpty() ? "    none" : ""));
    labels.forEach((name, value) -> lines.add("    " + name + "=" + value));
    Table table = new Table("rlrrll");
    table.row("", "layer", "compressed", "full", "last changed", "components");
    for (int i = 0; i < image.layers().size(); i++) {
      LayerContents contents = LayerContents.of(state(i), image.state());
      table.row(
          Integer.toString(i + 1),
          image.layers().get(i).blob().digest().abbreviated(),
          Human.size(image.layers().get(i).blob().size()),
          Human.size(state(i).size()),
          contents.lastChanged(),
          contents.names(all));
    }
    lines.addAll(table.lines());
    return lines;
  }

  @Override
  public JsonObject json() throws MalformedJsonException {
    List<JsonObject> layers = new ArrayList<>();
    for (int i = 0; i < image.layers().size(); i++) {
      layers.add(json(image.layers().get(i), state(i)));
    }
    return JsonObject.EMPTY
        .with("reference", image.reference())
        .with("digest", image.descriptor().digest().toString())
        .with("platform", config.platform().toString())
        .with("created", config.created().toString())
        .with("labels", config.labels())
        .with("totalBytes", compressed())
        .with("uncompressedBytes", full())
        .with("layers", layers);
  }

  private JsonObject json(PublishedLayer layer, LayerState state) {
    LayerContents contents = LayerContents.of(state, image.state());
    JsonObject json =
        JsonObject.EMPTY
            .with("digest", layer.blob().digest().toString())
            .with("diffId", layer.diffId().toString())
            .with("mediaType", layer.blob().mediaType())
            .with("bytes", layer.blob().size())
            .with("uncompressedBytes", state.size())
            .with("components", state.components());
    return contents.changed().isPresent()
        ? json.with("lastChanged", contents.changed().getAsLong())
        : json;
  }

  private LayerState state(int layer) {
    return image.state().layers().get(layer);
  }

  private long compressed() {
    return image.layers().stream().mapToLong(layer -> layer.blob().size()).sum();
  }

  private long full() {
    return image.state().layers().stream().mapToLong(LayerState::size).sum();
  }
}
