package dev.varve.cli.report;

import dev.varve.cli.terminal.Excerpt;
import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.bytes.NameList;
import dev.varve.core.json.JsonObject;
import dev.varve.core.update.PackageChange;
import dev.varve.core.update.UpdateCost;
import dev.varve.core.update.UpdateCost.ComponentChange;
import dev.varve.core.update.UpdateCost.LayerDownload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Reports the download of an update, and its reasons. */
public final class UpdateReport {
  /** The number of names in a row. */
  public static final int MOST_NAMES = 3;

  private final UpdateCost cost;
  private final boolean all;

  /**
   * Creates a report.
   *
   * @param all whether to show long lists in full
   */
  public UpdateReport(UpdateCost cost, boolean all) {
    this.cost = cost;
    this.all = all;
  }

  /** Returns bytes, layers and share in one line. */
  public String summary() {
    return cost.downloads().isEmpty()
        ? "nothing to download"
        : Human.size(cost.downloadedBytes())
            + " of "
            + Human.size(cost.totalBytes())
            + " ("
            + Human.share(cost.share())
            + "), in "
            + cost.downloads().size()
            + " of "
            + Human.count(cost.to().layers().size(), "layer");
  }

  /** Returns a line for each layer to download, largest first. */
  public List<String> downloads() {
    if (cost.downloads().isEmpty()) {
      return List.of();
    }
    Table table = new Table("rlll");
    table.row("download", "layer", "why", "components");
    Excerpt<LayerDownload> excerpt = Excerpt.of(cost.downloads(), Human.MOST, all);
    for (LayerDownload layer : excerpt.shown()) {
      table.row(
          Human.size(layer.blob().size()),
          layer.blob().digest().abbreviated(),
          layer.reason().toString().toLowerCase(Locale.ROOT),
          components(layer));
    }
    List<String> lines = new ArrayList<>(table.lines());
    excerpt.addRest(lines, "  ", "varve diff --all");
    return lines;
  }

  private String components(LayerDownload layer) {
    return components(layer, all ? Integer.MAX_VALUE : MOST_NAMES);
  }

  /** Returns the changed components of a layer, at most {@code most} names, largest first. */
  public static String components(LayerDownload layer, int most) {
    List<String> names =
        layer.changed().stream()
            .sorted(Comparator.comparingLong((ComponentChange change) -> -change.size()))
            .map(change -> change.name() + (change.added() ? " (new)" : ""))
            .toList();
    String unchanged = layer.unchanged() + " unchanged";
    return names.isEmpty()
        ? unchanged
        : NameList.first(most, names) + (layer.unchanged() == 0 ? "" : "; " + unchanged);
  }

  /** Returns the numbers of added, removed and upgraded packages in one line. */
  public String packages() {
    return changes() + (cost.keysChanged() ? "; RPM's keys changed" : "");
  }

  private String changes() {
    if (cost.packages().isEmpty()) {
      return cost.to().state().packages().isEmpty() ? "none known" : "none changed";
    }
    List<String> counts = new ArrayList<>();
    for (Change change : Change.values()) {
      long count = cost.packages().stream().filter(each -> Change.of(each) == change).count();
      if (count > 0) {
        counts.add(String.format(Locale.ROOT, "%,d %s", count, change.label()));
      }
    }
    return String.join(", ", counts);
  }

  /** Returns a line for each upgraded, added or removed package. */
  public List<String> packageList() {
    List<PackageChange> ordered =
        cost.packages().stream().sorted(Comparator.comparing(Change::of)).toList();
    Table table = new Table("lll");
    Excerpt<PackageChange> excerpt = Excerpt.of(ordered, Human.MOST, all);
    for (PackageChange change : excerpt.shown()) {
      String versions =
          switch (Change.of(change)) {
            case UPGRADED -> change.before() + " → " + change.after();
            case ADDED -> change.after();
            case REMOVED -> change.before();
          };
      table.row(Change.of(change).label(), change.name(), versions);
    }
    List<String> lines = new ArrayList<>(table.lines());
    excerpt.addRest(lines, "  ", "varve diff --all");
    return lines;
  }

  /** The change of a package. */
  public enum Change {
    UPGRADED,
    ADDED,
    REMOVED;

    public static Change of(PackageChange change) {
      return change.isAdded() ? ADDED : change.isRemoved() ? REMOVED : UPGRADED;
    }

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Adds the report to JSON. */
  public JsonObject addTo(JsonObject json) {
    return json.with("updateBytes", cost.downloadedBytes())
        .with("updateLayers", cost.downloads().size())
        .with("share", cost.share())
        .with("downloads", cost.downloads().stream().map(UpdateReport::json).toList())
        .with("removedComponents", cost.removedComponents())
        .with("packages", cost.packages().stream().map(UpdateReport::json).toList());
  }

  private static JsonObject json(LayerDownload layer) {
    return JsonObject.EMPTY
        .with("digest", layer.blob().digest().toString())
        .with("bytes", layer.blob().size())
        .with("uncompressedBytes", layer.size())
        .with("reason", layer.reason().toString().toLowerCase(Locale.ROOT))
        .with(
            "changed",
            layer.changed().stream()
                .map(
                    change ->
                        JsonObject.EMPTY
                            .with("name", change.name())
                            .with("added", change.added())
                            .with("bytes", change.size()))
                .toList())
        .with("unchanged", layer.unchanged());
  }

  /** Returns the change of a package as JSON. */
  public static JsonObject json(PackageChange change) {
    JsonObject json =
        JsonObject.EMPTY.with("name", change.name()).with("change", Change.of(change).label());
    if (!change.before().isEmpty()) {
      json = json.with("before", change.before());
    }
    return change.after().isEmpty() ? json : json.with("after", change.after());
  }
}
