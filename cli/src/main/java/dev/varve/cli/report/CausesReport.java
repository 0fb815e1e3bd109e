package dev.varve.cli.report;

import dev.varve.cli.terminal.Excerpt;
import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.bytes.NameList;
import dev.varve.core.bytes.PlainText;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.update.ComponentCause;
import dev.varve.core.update.FileChange;
import dev.varve.core.update.UpdateCauses;
import dev.varve.core.update.UpdateCauses.LayerCause;
import dev.varve.core.update.UpdateCauses.Rider;
import dev.varve.core.update.UpdateCost.ComponentChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reports what made layers change, file by file. */
public final class CausesReport {
  private static final int MOST_FILES = 5;
  private static final String DOWN = "  ";
  private static final String SHOWS_ALL = "varve diff --why --all";

  private final UpdateCauses causes;
  private final Map<Digest, Long> patched;
  private final boolean all;

  /**
   * Creates a report.
   *
   * @param patched what a delta of the update has of each layer, in bytes; empty without a delta
   * @param all whether to show long lists in full
   */
  public CausesReport(UpdateCauses causes, Map<Digest, Long> patched, boolean all) {
    this.causes = causes;
    this.patched = Map.copyOf(patched);
    this.all = all;
  }

  /** Returns the layers, below each its components, and below each of these its files. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    Excerpt<LayerCause> layers = Excerpt.of(causes.layers(), Human.MOST, all);
    if (!causes.layers().isEmpty()) {
      lines.add("files:");
    }
    for (LayerCause layer : layers.shown()) {
      lines.add(DOWN + summary(layer));
      layer.download().changed().stream()
          .sorted((a, b) -> Long.compare(b.size(), a.size()))
          .flatMap(change -> lines(change).stream())
          .forEach(lines::add);
    }
    layers.addRest(lines, DOWN, SHOWS_ALL);
    if (!causes.directories().isEmpty()) {
      lines.add("directories, which are in each layer with a file below them:");
      addFiles(lines, DOWN, causes.directories());
    }
    return lines;
  }

  private String summary(LayerCause layer) {
    Descriptor blob = layer.download().blob();
    List<String> facts = new ArrayList<>();
    facts.add(blob.digest().abbreviated() + ", " + Human.size(blob.size()));
    deltaBytes(layer).ifPresent(bytes -> facts.add(Human.size(bytes) + " by delta"));
    layer.alone().ifPresent(bytes -> facts.add(Human.size(bytes) + " without what is unchanged"));
    if (!layer.unchanged().isEmpty()) {
      List<String> names = layer.unchanged().stream().map(Rider::name).toList();
      long size = layer.unchanged().stream().mapToLong(Rider::size).sum();
      facts.add(
          "along with it "
              + NameList.first(all ? Integer.MAX_VALUE : UpdateReport.MOST_NAMES, names)
              + " ("
              + Human.size(size)
              + " uncompressed)");
    }
    return String.join("; ", facts);
  }

  private List<String> lines(ComponentChange change) {
    ComponentCause cause = causes.components().get(change.name());
    if (cause == null) {
      return List.of(DOWN + DOWN + change.name());
    }
    List<String> lines = new ArrayList<>();
    lines.add(DOWN + DOWN + change.name() + ": " + reason(cause));
    if (cause.reason() != ComponentCause.Reason.VERSION) {
      addFiles(lines, DOWN + DOWN + DOWN, cause.files());
    }
    return lines;
  }

  private String reason(ComponentCause cause) {
    String paths =
        cause.files().size()
            + " of "
            + Human.count(cause.files().size() + cause.unchanged(), "path");
    return switch (cause.reason()) {
      case VERSION -> "another version; " + paths + ", " + Human.size(cause.bytes());
      case SAME_VERSION ->
          "changed by the build, in the same version; " + paths + ", " + Human.size(cause.bytes());
      case BUILD -> paths + ", " + Human.size(cause.bytes());
    };
  }

  private void addFiles(List<String> lines, String indent, List<FileChange> files) {
    Excerpt<FileChange> excerpt = Excerpt.of(files, MOST_FILES, all);
    Table table = new Table("lrl");
    for (FileChange file : excerpt.shown()) {
      String details =
          file.details().isEmpty() ? "" : " (" + String.join(", ", file.details()) + ")";
      table.row(
          label(file),
          file.bytes() == 0 ? "" : Human.size(file.bytes()),
          PlainText.of("/" + file.path() + details));
    }
    table.lines().forEach(line -> lines.add(indent.substring(DOWN.length()) + line));
    excerpt.addRest(lines, indent, SHOWS_ALL);
  }

  private static String label(FileChange file) {
    return file.kind().name().toLowerCase(Locale.ROOT);
  }

  /** Returns the bytes of a layer in the delta, if it has the layer. */
  private Optional<Long> deltaBytes(LayerCause layer) {
    return Optional.ofNullable(patched.get(layer.download().blob().digest()));
  }

  /** Adds the report to the JSON of an update. */
  public JsonObject addTo(JsonObject json) {
    return json.with(
        "causes",
        JsonObject.EMPTY
            .with("layers", causes.layers().stream().map(this::json).toList())
            .with("components", causes.components().values().stream().map(this::json).toList())
            .with("directories", causes.directories().stream().map(CausesReport::json).toList()));
  }

  private JsonObject json(LayerCause layer) {
    JsonObject json =
        JsonObject.EMPTY
            .with("digest", layer.download().blob().digest().toString())
            .with("bytes", layer.download().blob().size());
    if (layer.alone().isPresent()) {
      json = json.with("aloneBytes", layer.alone().getAsLong());
    }
    if (deltaBytes(layer).isPresent()) {
      json = json.with("deltaBytes", deltaBytes(layer).get());
    }
    return json.with(
        "unchanged",
        layer.unchanged().stream()
            .map(rider -> JsonObject.EMPTY.with("name", rider.name()).with("bytes", rider.size()))
            .toList());
  }

  private JsonObject json(ComponentCause cause) {
    JsonObject json =
        JsonObject.EMPTY
            .with("name", cause.name())
            .with("reason", cause.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .with("bytes", cause.bytes())
            .with("changedPaths", cause.files().size())
            .with("unchangedPaths", cause.unchanged());
    return cause.reason() == ComponentCause.Reason.VERSION
        ? json
        : json.with("files", cause.files().stream().map(CausesReport::json).toList());
  }

  private static JsonObject json(FileChange file) {
    JsonObject json =
        JsonObject.EMPTY
            .with("path", "/" + file.path())
            .with("change", label(file))
            .with("bytes", file.bytes());
    return file.details().isEmpty() ? json : json.with("details", file.details());
  }
}
