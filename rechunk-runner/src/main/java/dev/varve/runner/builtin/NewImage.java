package dev.varve.runner.builtin;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import dev.varve.core.notes.Notes;
import dev.varve.core.notes.Substitutions;
import dev.varve.core.state.PublishedImage;
import dev.varve.runner.RechunkLabels;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.VarveVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The config and manifest of the new image: the source's, with other layers.
 *
 * @param config how it is run, and its labels
 * @param manifest what it consists of
 */
record NewImage(ImageConfig config, Manifest manifest) {
  /** Of an image that is no longer encapsulated, these are fatal to clients. */
  private static final Set<String> OSTREE_LABELS = Set.of("ostree.commit", "ostree.final-diffid");

  private static final String VERSION_PREFIX = "varve ";

  /** Whether this engine may have written an image, so that its layers can come out the same. */
  static boolean isOne(ImageSource image) throws IOException {
    return image.manifest().annotations().containsKey(PublishedImage.CLAMP_ANNOTATION)
        || image
            .config()
            .labels()
            .getOrDefault(RechunkLabels.VERSION, "")
            .startsWith(VERSION_PREFIX);
  }

  static NewImage of(
      RechunkRequest request,
      long clamp,
      Optional<PublishedImage> previous,
      List<WrittenLayer> layers,
      Substitutions notes)
      throws IOException {
    ImageConfig source = request.source().config();
    ImageConfig config =
        source
            .withLayers(layers.stream().map(WrittenLayer::diffId).toList(), history(source, layers))
            .withLabels(labels(source, request, previous, layers.size(), notes));
    Map<String, String> annotations = new LinkedHashMap<>(request.source().annotations());
    annotations.keySet().removeIf(name -> name.startsWith("ostree."));
    annotations.put(PublishedImage.CLAMP_ANNOTATION, Long.toString(clamp));
    request.annotations().forEach((name, value) -> annotations.put(name, notes.fill(value)));
    Manifest manifest =
        new Manifest(
            Descriptor.of(MediaTypes.OCI_CONFIG, config.toBytes()),
            layers.stream().map(WrittenLayer::blob).toList(),
            annotations);
    return new NewImage(config, manifest);
  }

  private static Map<String, String> labels(
      ImageConfig source,
      RechunkRequest request,
      Optional<PublishedImage> previous,
      int chunks,
      Substitutions notes)
      throws IOException {
    Map<String, String> labels = new LinkedHashMap<>(source.labels());
    labels.keySet().removeAll(OSTREE_LABELS);
    notes.version().ifPresent(version -> labels.put(Notes.VERSION_LABEL, version));
    Map<String, Optional<String>> asked = new LinkedHashMap<>();
    request.labels().forEach((name, value) -> asked.put(name, value.map(notes::fill)));
    return RechunkLabels.add(
        labels,
        VERSION_PREFIX + VarveVersion.get(),
        chunks,
        previous.map(PublishedImage::pinned),
        asked);
  }

  /** How the source came to be, as steps without a layer, then one step for each new layer. */
  private static List<JsonObject> history(ImageConfig source, List<WrittenLayer> layers)
      throws IOException {
    List<JsonObject> history = new ArrayList<>();
    for (JsonObject step : source.history()) {
      history.add(step.with("empty_layer", true));
    }
    JsonObject step = JsonObject.EMPTY;
    Optional<String> created = source.json().optionalString("created");
    if (created.isPresent()) {
      step = step.with("created", created.get());
    }
    for (WrittenLayer layer : layers) {
      List<String> names = layer.components();
      String first = names.get(0);
      String comment = names.size() == 1 ? first : first + " and " + (names.size() - 1) + " more";
      history.add(step.with("created_by", "varve rechunk").with("comment", comment));
    }
    return history;
  }
}
