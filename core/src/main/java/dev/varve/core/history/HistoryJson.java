package dev.varve.core.history;

import dev.varve.core.history.Gaps.Pause;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.lint.Finding;
import dev.varve.core.lint.Rule;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.state.PublishedImage.PublishedLayer;
import dev.varve.core.update.PackageChange;
import dev.varve.core.update.UpdateCost.ComponentChange;
import dev.varve.core.update.UpdateCost.LayerDownload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A history as JSON. Images, layers and components are in arrays, and are elsewhere named by their
 * index, because a series has thousands of cells.
 */
public final class HistoryJson {
  private static final int FORMAT = 1;
  private static final int NONE = -1;

  private final SeriesHistory history;
  private final Map<String, Integer> components = new HashMap<>();
  private final Map<Digest, Integer> layers = new HashMap<>();

  /** For each layer the first one in its row with the same components. */
  private final List<Integer> roots = new ArrayList<>();

  private final List<JsonObject> layerList = new ArrayList<>();
  private final List<List<Integer>> rows = new ArrayList<>();

  private HistoryJson(SeriesHistory history) {
    this.history = history;
    history.components().forEach(each -> components.put(each.name(), components.size()));
    history.rows().forEach(row -> rows.add(cells(row)));
  }

  /** Returns the history as JSON. */
  public static JsonObject of(SeriesHistory history) {
    return new HistoryJson(history).json();
  }

  private JsonObject json() {
    JsonObject json =
        JsonObject.EMPTY
            .with("formatVersion", FORMAT)
            .with("place", history.place())
            .with("mean", mean())
            .with("images", history.images().stream().map(HistoryJson::json).toList())
            .with("updates", history.updates().stream().map(this::json).toList())
            .with("schedules", history.schedules().stream().map(HistoryJson::json).toList())
            .with("pauses", history.gaps().pauses().stream().map(HistoryJson::json).toList())
            .with("missingTags", history.gaps().missingTags())
            .with("components", history.components().stream().map(HistoryJson::json).toList())
            .with("layers", layerList)
            .with("rows", rows);
    return history.findings().isEmpty() ? json : json.with("lint", lint(history.findings().get()));
  }

  private JsonObject mean() {
    JsonObject json =
        JsonObject.EMPTY
            .with("updateBytes", history.meanBytes())
            .with("totalBytes", history.meanTotalBytes());
    if (history.meanDeltaBytes().isPresent()) {
      json = json.with("deltaBytes", history.meanDeltaBytes().getAsLong());
    }
    return history.meanBuiltBytes().isPresent()
        ? json.with("builtBytes", history.meanBuiltBytes().getAsLong())
        : json;
  }

  private static JsonObject json(HistoryImage image) {
    JsonObject json =
        JsonObject.EMPTY
            .with("name", image.release().name())
            .with("digest", image.release().digest().toString())
            .with("created", image.release().created().toString())
            .with("layers", image.release().layers().size())
            .with("totalBytes", image.release().totalBytes());
    if (!image.version().isEmpty()) {
      json = json.with("version", image.version());
    }
    if (!image.hasState()) {
      json = json.with("noState", true);
    }
    json = json.with("signing", word(image.signing().status()));
    return image.signing().keys().isEmpty()
        ? json
        : json.with("keys", image.signing().keys().stream().map(Digest::toString).toList());
  }

  private JsonObject json(SeriesUpdate update) {
    JsonObject json =
        JsonObject.EMPTY
            .with("updateBytes", update.cost().downloadedBytes())
            .with("updateLayers", update.cost().downloads().size());
    if (update.deltaBytes().isPresent()) {
      json = json.with("deltaBytes", update.deltaBytes().getAsLong());
    }
    if (update.builtBytes().isPresent()) {
      json = json.with("builtBytes", update.builtBytes().getAsLong());
    }
    return json.with(
            "downloads",
            update.cost().downloads().stream()
                .map(download -> json(download, update.explained()))
                .toList())
        .with("packages", update.cost().packages().stream().map(HistoryJson::json).toList());
  }

  private JsonObject json(LayerDownload download, boolean explained) {
    JsonObject json =
        JsonObject.EMPTY.with("layer", layers.getOrDefault(download.blob().digest(), NONE));
    if (!explained) {
      return json.with("reason", "unknown");
    }
    json = json.with("reason", word(download.reason()));
    json = withChanges(json, "changed", download, change -> !change.added());
    return withChanges(json, "added", download, ComponentChange::added);
  }

  private JsonObject withChanges(
      JsonObject json, String name, LayerDownload download, Predicate<ComponentChange> which) {
    List<Integer> changed =
        download.changed().stream().filter(which).map(change -> index(change.name())).toList();
    return changed.isEmpty() ? json : json.with(name, changed);
  }

  private Integer index(String component) {
    return components.getOrDefault(component, NONE);
  }

  private static JsonObject json(PackageChange change) {
    JsonObject json = JsonObject.EMPTY.with("name", change.name());
    if (!change.before().isEmpty()) {
      json = json.with("before", change.before());
    }
    return change.after().isEmpty() ? json : json.with("after", change.after());
  }

  private static JsonObject json(SeriesSchedule each) {
    JsonObject json =
        JsonObject.EMPTY
            .with("every", each.schedule().every())
            .with("updates", each.schedule().updates())
            .with("updateBytes", each.schedule().bytes())
            .with("deltaBytes", each.schedule().deltaBytes());
    return each.builtBytes().isPresent()
        ? json.with("builtBytes", each.builtBytes().getAsLong())
        : json;
  }

  private static JsonObject json(Pause pause) {
    return JsonObject.EMPTY.with("after", pause.after()).with("days", pause.days());
  }

  private static JsonObject json(ComponentCost cost) {
    JsonObject json = JsonObject.EMPTY.with("name", cost.name()).with("bytes", cost.size());
    return cost.updates() == 0
        ? json
        : json.with("updates", cost.updates()).with("updateBytes", cost.downloadedBytes());
  }

  private static JsonObject lint(List<Finding> findings) {
    Map<Rule, List<String>> cures = new LinkedHashMap<>();
    findings.forEach(finding -> cures.putIfAbsent(finding.rule(), finding.cure()));
    return JsonObject.EMPTY
        .with(
            "rules",
            cures.entrySet().stream().map(rule -> json(rule.getKey(), rule.getValue())).toList())
        .with("findings", findings.stream().map(HistoryJson::json).toList());
  }

  private static JsonObject json(Rule rule, List<String> cure) {
    return JsonObject.EMPTY
        .with("name", rule.name())
        .with("severity", word(rule.severity()))
        .with("title", rule.title())
        .with("cure", cure);
  }

  private static JsonObject json(Finding finding) {
    return JsonObject.EMPTY
        .with("rule", finding.rule().name())
        .with("path", finding.path().isEmpty() ? "" : "/" + finding.path())
        .with("bytes", finding.bytes())
        .with("message", finding.message());
  }

  /** Returns the indexes of a row's layers, and adds those layers to the list that are new. */
  private List<Integer> cells(LayerRow row) {
    List<Integer> cells = new ArrayList<>();
    Optional<LayerState> earlier = Optional.empty();
    int earlierIndex = NONE;
    for (int i = 0; i < row.places().size(); i++) {
      int place = row.places().get(i);
      if (place < 0) {
        cells.add(NONE);
        continue;
      }
      HistoryImage image = history.images().get(i);
      PublishedLayer layer = image.image().layers().get(place);
      LayerState state = image.image().state().layers().get(place);
      Integer known = layers.putIfAbsent(layer.blob().digest(), layerList.size());
      if (known == null) {
        boolean same = earlier.map(LayerState::components).equals(Optional.of(state.components()));
        int like = same ? roots.get(earlierIndex) : NONE;
        roots.add(same ? like : layerList.size());
        layerList.add(json(layer, state, like));
      }
      earlier = Optional.of(state);
      earlierIndex = layers.getOrDefault(layer.blob().digest(), NONE);
      cells.add(earlierIndex);
    }
    return cells;
  }

  /**
   * Returns a layer.
   *
   * @param like the index of a layer with the same components, which are not repeated; -1 for none
   */
  private JsonObject json(PublishedLayer layer, LayerState state, int like) {
    JsonObject json =
        JsonObject.EMPTY
            .with("digest", layer.blob().digest().toString())
            .with("bytes", layer.blob().size());
    return like == NONE
        ? json.with(
            "components", state.components().stream().map(this::index).collect(Collectors.toList()))
        : json.with("like", like);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
