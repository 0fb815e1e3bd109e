package dev.varve.runner.container;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.Manifest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The content of the label that hhd-dev/rechunk adds to its images.
 *
 * @param version the image's version, {@code uniq} in the document
 * @param packages the packages' versions and releases, by name
 * @param layers the names of the contents of each planned layer; empty in the first format
 * @param revision the commit that the image was built from
 */
record RechunkInfo(
    String version,
    Map<String, String> packages,
    List<List<String>> layers,
    Optional<String> revision) {
  static final String LABEL = "dev.hhd.rechunk.info";

  /** The annotation of a layer that lists its contents. */
  static final String COMPONENTS = "ostree.components";

  /** The prefix of the name of a group that has a layer of its own. */
  private static final String OWN_LAYER = "dedi:";

  private static final String GROUP = "meta:";

  /** The name of files that no package owns, sometimes with the prefix of groups. */
  private static final String UNPACKAGED = "unpackaged";

  RechunkInfo {
    packages = Map.copyOf(packages);
    layers = List.copyOf(layers);
  }

  /** Reads an image's label; empty if it has none. */
  static Optional<RechunkInfo> of(ImageConfig config, String image) throws MalformedJsonException {
    String text = config.labels().get(LABEL);
    return text == null
        ? Optional.empty()
        : Optional.of(parse(text, "the label " + LABEL + " of " + image));
  }

  static RechunkInfo parse(String text, String name) throws MalformedJsonException {
    JsonObject json = JsonObject.parse(text.getBytes(StandardCharsets.UTF_8), name);
    long format = json.number("version");
    if (format < 1 || format > 2) {
      throw json.malformed("expected \"version\" 1 or 2, got " + format);
    }
    return new RechunkInfo(
        json.optionalString("uniq").orElse(""),
        json.stringMap("packages"),
        json.has("layers") ? json.stringLists("layers") : List.of(),
        json.optionalString("revision"));
  }

  /**
   * Derives a state from the label: the packages of each layer, and the packages' versions. The
   * label has only the names of groups, not their contents, so a group counts as changed if its
   * layer changed. The state can't be used for planning.
   *
   * @param sizes the sizes of the layers' tars in bytes; 0 if unknown
   */
  PlanState state(Manifest manifest, ImageConfig config, List<Long> sizes)
      throws MalformedJsonException {
    long created = config.created().getEpochSecond();
    Map<String, ComponentState> components = new LinkedHashMap<>();
    packages.forEach(
        (name, version) ->
            components.put(
                component(name),
                new ComponentState(
                    Digest.of((name + " " + version).getBytes(StandardCharsets.UTF_8)),
                    0,
                    created,
                    List.of())));
    List<LayerState> states = new ArrayList<>();
    List<Digest> diffIds = config.diffIds();
    // The commit's layer, if any, comes first; layers after the last planned one are empty.
    int first = Math.min(1, Math.max(0, diffIds.size() - layers.size()));
    for (int i = 0; i < diffIds.size(); i++) {
      List<String> names = names(manifest.layers().get(i), i - first);
      states.add(new LayerState(diffIds.get(i), sizes.get(i), names));
      for (String name : names) {
        components.putIfAbsent(
            name, new ComponentState(diffIds.get(i), sizes.get(i), created, List.of()));
      }
    }
    return new PlanState(
        0, "gzip", "hhd-dev/rechunk", List.of(created), states, components, packages);
  }

  /** Returns the contents of a layer, from its annotation or else from the label. */
  private List<String> names(Descriptor layer, int planned) {
    String annotated = layer.annotations().getOrDefault(COMPONENTS, "");
    List<String> names =
        !annotated.isEmpty()
            ? List.of(annotated.split(",", -1))
            : planned >= 0 && planned < layers.size() ? layers.get(planned) : List.of();
    return names.stream().map(this::component).toList();
  }

  /**
   * Returns the name of a component. The prefix of a group with its own layer is removed, because
   * the group is the same without one.
   */
  private String component(String name) {
    if (packages.containsKey(name)) {
      return "rpm:" + name;
    }
    String group = name.startsWith(OWN_LAYER) ? name.substring(OWN_LAYER.length()) : name;
    return group.equals(UNPACKAGED) ? GROUP + UNPACKAGED : group;
  }
}
