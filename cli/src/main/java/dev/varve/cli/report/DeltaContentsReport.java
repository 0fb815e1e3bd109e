package dev.varve.cli.report;

import dev.varve.cli.terminal.Excerpt;
import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.bytes.NameList;
import dev.varve.core.delta.DeltaContents;
import dev.varve.core.delta.DeltaContents.FileDelta;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Manifest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.state.PublishedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Reports what a delta is made of.
 *
 * @param image the manifest of the new image
 * @param contents the delta's layers
 * @param all whether to show all files
 */
public record DeltaContentsReport(Manifest image, List<DeltaContents> contents, boolean all)
    implements Report {
  private static final Comparator<FileDelta> COSTLIEST_FIRST =
      Comparator.comparingLong((FileDelta file) -> file.patched() + file.fresh())
          .reversed()
          .thenComparing(FileDelta::path);

  @Override
  public List<String> lines() {
    Table layers = new Table("rrrrrll");
    layers.row("delta", "layer", "kept", "patched", "new", "digest", "components");
    for (DeltaContents layer : largestFirst()) {
      Descriptor blob = published(layer);
      layers.row(
          Human.size(layer.layer().blob().size()),
          Human.size(blob.size()),
          Human.size(sum(layer, FileDelta::kept)),
          Human.size(sum(layer, FileDelta::patched)),
          Human.size(sum(layer, FileDelta::fresh)),
          blob.digest().abbreviated(),
          NameList.first(UpdateReport.MOST_NAMES, components(blob)));
    }
    List<String> lines = new ArrayList<>(layers.lines());
    lines.add("");
    lines.addAll(files());
    return lines;
  }

  private List<String> files() {
    List<FileDelta> files =
        contents.stream().flatMap(layer -> layer.files().stream()).sorted(COSTLIEST_FIRST).toList();
    Excerpt<FileDelta> excerpt = Excerpt.of(files, Human.MOST, all);
    Table table = new Table("rrrll");
    table.row("kept", "patched", "new", "file", "from");
    for (FileDelta file : excerpt.shown()) {
      table.row(
          Human.size(file.kept()),
          Human.size(file.patched()),
          Human.size(file.fresh()),
          "/" + file.path(),
          file.source().isEmpty() || file.source().equals(file.path()) ? "" : "/" + file.source());
    }
    List<String> lines = new ArrayList<>(table.lines());
    excerpt.addRest(lines, "  ", "--all");
    return lines;
  }

  private List<DeltaContents> largestFirst() {
    return contents.stream()
        .sorted(
            Comparator.comparingLong((DeltaContents layer) -> layer.layer().blob().size())
                .reversed())
        .toList();
  }

  private static long sum(DeltaContents layer, ToLongFunction<FileDelta> bytes) {
    return layer.files().stream().mapToLong(bytes).sum();
  }

  private Descriptor published(DeltaContents layer) {
    return image.layers().stream()
        .filter(blob -> blob.digest().equals(layer.layer().to()))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> components(Descriptor layer) {
    String names = layer.annotations().getOrDefault(PublishedImage.COMPONENTS_ANNOTATION, "");
    return names.isEmpty() ? List.of() : List.of(names.split(" "));
  }

  @Override
  public JsonObject json() {
    return JsonObject.EMPTY
        .with("to", image.descriptor().digest().toString())
        .with("layers", contents.stream().map(this::json).toList());
  }

  private JsonObject json(DeltaContents layer) {
    Descriptor blob = published(layer);
    return JsonObject.EMPTY
        .with("digest", blob.digest().toString())
        .with("components", components(blob))
        .with("layerBytes", blob.size())
        .with("deltaBytes", layer.layer().blob().size())
        .with("keptBytes", sum(layer, FileDelta::kept))
        .with("patchedBytes", sum(layer, FileDelta::patched))
        .with("newBytes", sum(layer, FileDelta::fresh))
        .with("otherBytes", layer.other())
        .with("files", layer.files().stream().map(DeltaContentsReport::json).toList());
  }

  private static JsonObject json(FileDelta file) {
    JsonObject json =
        JsonObject.EMPTY
            .with("path", file.path())
            .with("keptBytes", file.kept())
            .with("patchedBytes", file.patched())
            .with("newBytes", file.fresh());
    return file.source().isEmpty() ? json : json.with("source", file.source());
  }
}
