package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.core.bytes.NameList;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The contents of a layer for a table.
 *
 * @param components the names, the largest component first
 * @param changed the latest change of a component, in seconds since the epoch
 */
record LayerContents(List<String> components, OptionalLong changed) {
  /** The number of names in a row. */
  private static final int MOST = 3;

  LayerContents {
    components = List.copyOf(components);
  }

  static LayerContents of(LayerState layer, PlanState state) {
    List<String> names = new ArrayList<>(layer.components());
    names.sort(
        Comparator.comparingLong((String name) -> -size(state, name))
            .thenComparing(Comparator.naturalOrder()));
    return new LayerContents(
        names,
        names.stream()
            .map(state.components()::get)
            .filter(Objects::nonNull)
            .mapToLong(ComponentState::lastChanged)
            .max());
  }

  private static long size(PlanState state, String name) {
    ComponentState component = state.components().get(name);
    return component == null ? 0 : component.size();
  }

  String lastChanged() {
    return changed.isPresent() ? Human.date(changed.getAsLong()) : "";
  }

  String names(boolean all) {
    return NameList.first(all ? Integer.MAX_VALUE : MOST, components);
  }
}
