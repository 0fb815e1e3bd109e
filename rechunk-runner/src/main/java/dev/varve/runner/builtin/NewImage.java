package dev.varve.runner.builtin;

import dev.varve.core.bytes.NameList;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
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
 * The config and manifest of the new image: those of the source, with other layers.
 *
 * @param config the config, with the labels of the new image
 * @param manifest the manifest, with the new layers
 */
record NewImage(ImageConfig config, Manifest manifest) {
  /** Labels of an encapsulated OSTree commit, with which clients reject a plain image. */
  private static final Set<String> OSTREE_LABELS = Set.of("ostree.commit", "ostree.final-diffid");

  /** hhd-dev/rechunk's description of an image's layers. */
  private static final String LAYERS_LABEL = "dev.hhd.rechunk.info";

  /** The number of names in a line of the history; the layer's annotation has all names. */
  private static final int MOST_NAMES = 8;

  private static final String VERSION_PREFIX = "varve ";

  /** Returns whether this engine made an image, and can therefore reproduce its layers. */
  static boolean isMadeByVarve(ImageSource image) throws IOException {
    return image.manifest().annotations().containsKey(PublishedImage.CLAMP_ANNOTATION)
        || image
            .config()
            .labels()
            .getOrDefault(RechunkLabels.VERSION, "")
            .startsWith(VERSION_PREFIX);
  }

  /**
   * What the annotations of an image say of its origin.
   *
   * @param source the digest that identifies the source
   * @param clamp the latest mtime in the layers, in seconds since the epoch
   * @param preservesMtimes whether the files have their source's mtimes
   */
  record Origin(Digest source, long clamp, boolean preservesMtimes) {
    private void addTo(Map<String, String> annotations) {
      annotations.put(PublishedImage.CLAMP_ANNOTATION, Long.toString(clamp));
      annotations.put(PublishedImage.SOURCE_ANNOTATION, source.toString());
      annotations.remove(PublishedImage.MTIMES_ANNOTATION);
      if (preservesMtimes) {
        annotations.put(PublishedImage.MTIMES_ANNOTATION, PublishedImage.PRESERVED);
      }
    }
  }

  static NewImage of(
      RechunkRequest request,
      Origin origin,
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
    origin.addTo(annotations);
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
    if (labels.remove(LAYERS_LABEL) != null && !request.labels().containsKey(LAYERS_LABEL)) {
      request
          .progress()
          .notice(
              "dropping the label "
                  + LAYERS_LABEL
                  + " of "
                  + request.source().reference()
                  + ": it describes the layers of the source");
    }
    notes.version().ifPresent(version -> labels.put(Notes.VERSION_LABEL, version));
    Map<String, Optional<String>> asked = new LinkedHashMap<>();
    request.labels().forEach((name, value) -> asked.put(name, value.map(notes::fill)));
    return RechunkLabels.add(
        labels,
        VERSION_PREFIX + VarveVersion.get(),
        chunks,
        previous.map(PublishedImage::name),
        asked);
  }

  /**
   * Returns one step for each new layer, then the source's steps as steps without a layer. The new
   * steps come first, because clients find a layer's step by its position, and some count steps
   * without a layer.
   */
  private static List<JsonObject> history(ImageConfig source, List<WrittenLayer> layers)
      throws IOException {
    List<JsonObject> history = new ArrayList<>();
    JsonObject step = JsonObject.EMPTY;
    Optional<String> created = source.json().optionalString("created");
    if (created.isPresent()) {
      step = step.with("created", created.get());
    }
    for (WrittenLayer layer : layers) {
      history.add(
          step.with("created_by", names(layer.components())).with("comment", "varve rechunk"));
    }
    for (JsonObject before : source.history()) {
      history.add(before.with("empty_layer", true));
    }
    return history;
  }

  private static String names(List<String> components) {
    return NameList.first(MOST_NAMES, components, " ");
  }
}
