package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.json.JsonObject;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.LayerState;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Reports the plan of an image: its layers and their components.
 *
 * @param state the plan
 * @param all whether to show all components of a layer
 */
public record PlanReport(PlanState state, boolean all) implements Report {
  @Override
  public List<String> lines() {
    Table facts = new Table("ll");
    facts.row("components", String.format(Locale.ROOT, "%,d", state.components().size()));
    facts.row("packages", String.format(Locale.ROOT, "%,d", state.packages().size()));
    facts.row("images known", images(state.images()));
    facts.row("latest mtime", Human.date(state.clamp()));
    facts.row("compression", state.compression() + by(state.compressor()));
    Table layers = new Table("rrrll");
    layers.row("layer", "full size", "components", "last changed", "the largest");
    for (int i = 0; i < state.layers().size(); i++) {
      LayerState layer = state.layers().get(i);
      LayerContents contents = LayerContents.of(layer, state);
      layers.row(
          Integer.toString(i + 1),
          Human.size(layer.size()),
          Integer.toString(layer.components().size()),
          contents.lastChanged(),
          contents.names(all));
    }
    return Stream.concat(facts.lines().stream(), layers.lines().stream()).toList();
  }

  private static String by(String compressor) {
    return compressor.isEmpty() ? "" : " by " + compressor;
  }

  private static String images(List<Long> dates) {
    String last = dates.isEmpty() ? "" : Human.date(dates.get(dates.size() - 1));
    return dates.size() < 2
        ? dates.size() + (last.isEmpty() ? "" : ", of " + last)
        : dates.size() + ", from " + Human.date(dates.get(0)) + " to " + last;
  }

  @Override
  public JsonObject json() {
    return state.toJson();
  }
}
