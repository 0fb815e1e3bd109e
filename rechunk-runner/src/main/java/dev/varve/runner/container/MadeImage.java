package dev.varve.runner.container;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.notes.Notes;
import dev.varve.core.notes.Substitutions;
import dev.varve.core.notes.Substitutions.Described;
import dev.varve.core.parallel.Parallel;
import dev.varve.core.plan.PlanState;
import dev.varve.core.state.DivisionRules;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.state.StateArtifact;
import dev.varve.runner.RechunkLabels;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Publishes the tool's checked image to the request's sink, with Varve's labels and state. */
final class MadeImage {
  private final Output output;
  private final RechunkRequest request;
  private final String tool;

  /**
   * Creates the publication of an image.
   *
   * @param tool the tool that made the image
   */
  MadeImage(Output output, RechunkRequest request, String tool) {
    this.output = output;
    this.request = request;
    this.tool = tool;
  }

  /**
   * Publishes the image to the request's sink.
   *
   * @param scratch a directory for its contents
   */
  RechunkResult publish(Path scratch) throws IOException {
    ImageSource made = output.image();
    Optional<PlanState> contents = contents(scratch);
    Optional<PlanState> before =
        request.previous().isEmpty()
            ? Optional.empty()
            : PublishedImage.attachedState(request.previous().get());
    // States from files can't be compared with states from labels.
    boolean known = contents.isPresent() && (request.previous().isEmpty() || before.isPresent());
    Optional<PublishedImage> previous =
        request.previous().isEmpty()
            ? Optional.empty()
            : Optional.of(
                PreviousManifest.published(
                    request.previous().get(), before.filter(state -> known)));
    List<Descriptor> layers = made.manifest().layers();
    ImageConfig config = made.config().withLabels(labels(previous, layers.size()));
    PlanState state =
        known
            ? contents.orElseThrow()
            : output.info().state(made.manifest(), config, output.sizes());
    Substitutions notes = notes(config, state, previous);
    Set<Digest> reused = write(layers, previous);
    Manifest manifest =
        new Manifest(
            request.sink().write(MediaTypes.OCI_CONFIG, config.toBytes()),
            layers,
            annotations(notes));
    Descriptor published =
        request.sink().commit(manifest, config.platform(), artifacts(manifest, contents));
    return new RechunkResult(
        PublishedImage.of(request.sink().reference(), published, manifest, config.diffIds(), state),
        previous,
        reused,
        contents.isPresent(),
        false,
        Optional.empty(),
        Optional.empty(),
        notes);
  }

  /**
   * Returns the state of the image, from the contents of its layers. The state is attached to the
   * image, to spare the next build and comparisons reading all layers.
   */
  private Optional<PlanState> contents(Path scratch) throws IOException {
    request.progress().begin("reading the contents of the layers", 0);
    try {
      return Optional.of(
          PublishedImage.of(
                  output.image(),
                  Optional.empty(),
                  new DivisionRules(request.groups(), true),
                  scratch,
                  Progress.SILENT,
                  request.layerLimits())
              .state());
    } catch (IOException e) {
      // The image has been checked; a missing state is no reason to refuse it.
      request
          .progress()
          .notice(
              "the image gets no state, and changes are determined by the names of layers only: "
                  + e.getMessage());
      return Optional.empty();
    }
  }

  /** Copies the layers; layers of the previous image are reused from there. */
  private Set<Digest> write(List<Descriptor> layers, Optional<PublishedImage> previous)
      throws IOException {
    Set<Digest> had = new HashSet<>();
    previous.ifPresent(image -> image.layers().forEach(layer -> had.add(layer.blob().digest())));
    Parallel.map(
        layers,
        layer -> {
          boolean old = had.contains(layer.digest());
          request.sink().reuse(old ? request.previous().orElseThrow() : output.image(), layer);
          return layer;
        });
    return layers.stream()
        .map(Descriptor::digest)
        .filter(had::contains)
        .collect(Collectors.toSet());
  }

  private Map<String, String> annotations(Substitutions notes) throws IOException {
    Map<String, String> annotations = new LinkedHashMap<>(output.image().manifest().annotations());
    request.annotations().forEach((name, value) -> annotations.put(name, notes.fill(value)));
    return annotations;
  }

  private List<Manifest> artifacts(Manifest manifest, Optional<PlanState> contents)
      throws IOException {
    if (contents.isEmpty()) {
      return List.of();
    }
    return List.of(StateArtifact.write(contents.get(), manifest.descriptor(), request.sink()));
  }

  private Map<String, String> labels(Optional<PublishedImage> previous, int chunks)
      throws IOException {
    Map<String, String> labels = new LinkedHashMap<>(request.source().config().labels());
    labels.keySet().removeIf(MadeImage::isOfOneImage);
    labels.putAll(output.image().config().labels());
    // Keeps values in which the tool has replaced <version> and other names.
    Map<String, Optional<String>> removed = new LinkedHashMap<>(request.labels());
    removed.values().removeIf(Optional::isPresent);
    return RechunkLabels.add(
        labels, "hhd-dev/rechunk " + tool, chunks, previous.map(PublishedImage::name), removed);
  }

  /** Whether a label describes the layout of one image, and must not be copied to another. */
  private static boolean isOfOneImage(String label) {
    return label.startsWith("ostree.")
        || label.startsWith("rechunk.")
        || label.equals(RechunkInfo.LABEL);
  }

  /** Returns the substitutions with the version that the tool has put into labels. */
  private Substitutions notes(
      ImageConfig config, PlanState state, Optional<PublishedImage> previous) throws IOException {
    Notes asked = request.notes();
    Optional<Described> before = Optional.empty();
    if (previous.isPresent()) {
      before =
          Optional.of(
              Described.published(
                  request.previous().orElseThrow().config().labels(),
                  previous.get().name(),
                  previous.get().state().packages()));
    }
    return Substitutions.of(
        new Notes(
            Optional.empty(),
            asked.pretty(),
            asked.changelog(),
            asked.formatters(),
            asked.commits()),
        config.created(),
        new Described(
            Optional.ofNullable(config.labels().get(Notes.VERSION_LABEL)), state.packages()),
        before);
  }
}
