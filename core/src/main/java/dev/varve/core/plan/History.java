package dev.varve.core.plan;

import dev.varve.core.packages.PackageInfo;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes the state of a new image from the history in the previous image's state. */
public final class History {
  private static final long YEAR_SECONDS = 365L * 86_400;

  private History() {}

  /**
   * Returns the state of an image to be published.
   *
   * @param previous the state of the previous image, if any
   * @param date the image's build time, in seconds since the epoch
   * @param layers the written layers
   * @param components all components of the image
   * @param packages the installed packages, in their order
   * @param preservesMtimes whether files and directories keep their mtimes. Changes are not
   *     recorded if this differs from the previous image, because the two are not comparable.
   */
  public static PlanState next(
      Optional<PlanState> previous,
      long date,
      long clamp,
      String compression,
      String compressor,
      List<LayerState> layers,
      List<Component> components,
      List<PackageInfo> packages,
      boolean preservesMtimes) {
    long oldest = date - YEAR_SECONDS;
    List<Long> images = new ArrayList<>();
    previous.ifPresent(
        state -> state.images().stream().filter(image -> image >= oldest).forEach(images::add));
    images.add(date);
    boolean comparable = previous.isEmpty() || previous.get().preservesMtimes() == preservesMtimes;
    Map<String, ComponentState> states = new TreeMap<>();
    for (Component component : components) {
      Optional<ComponentState> before =
          previous.map(state -> state.components().get(component.name()));
      states.put(component.name(), next(component, before, comparable, date, oldest));
    }
    return new PlanState(
        clamp,
        compression,
        compressor,
        images,
        layers,
        states,
        versions(packages),
        preservesMtimes,
        Optional.empty());
  }

  /** Returns the versions of packages by name; several of one name are separated by spaces. */
  public static Map<String, String> versions(List<PackageInfo> packages) {
    Map<String, String> versions = new TreeMap<>();
    packages.forEach(info -> versions.merge(info.name(), info.version(), History::join));
    return versions;
  }

  private static String join(String versions, String more) {
    return List.of(versions.split(" ")).contains(more) ? versions : versions + " " + more;
  }

  private static ComponentState next(
      Component component,
      Optional<ComponentState> before,
      boolean comparable,
      long date,
      long oldest) {
    List<Long> changed = new ArrayList<>();
    before.ifPresent(
        state -> state.changed().stream().filter(time -> time >= oldest).forEach(changed::add));
    if (comparable && before.isPresent() && !before.get().hash().equals(component.hash())) {
      changed.add(date);
    }
    return new ComponentState(
        component.hash(),
        component.size(),
        before.map(ComponentState::since).orElse(date),
        changed,
        component.times());
  }
}
