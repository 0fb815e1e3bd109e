package dev.varve.runner.container;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.core.notes.Notes;
import dev.varve.core.plan.PlanState;
import dev.varve.core.state.PublishedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Converts the previous image's manifest to the tool's input, the format of skopeo inspect. */
final class PreviousManifest {
  private PreviousManifest() {}

  /**
   * Returns the document.
   *
   * @param taken the versions in use, after which the tool chooses the next number
   * @param progress receives notices of data that the tool can't use
   */
  static JsonObject of(ImageSource image, Set<String> taken, Progress progress) throws IOException {
    Optional<RechunkInfo> info = RechunkInfo.of(image.config(), image.reference());
    boolean annotated =
        image.manifest().layers().stream()
            .anyMatch(layer -> layer.annotations().containsKey(RechunkInfo.COMPONENTS));
    if (!annotated && info.map(RechunkInfo::layers).orElse(List.of()).isEmpty()) {
      progress.notice(
          image.reference()
              + " was not made by hhd-dev/rechunk, which therefore makes a new plan: clients download"
              + " this update as a whole");
    }
    return JsonObject.EMPTY
        .with("Name", image.reference())
        .with("Digest", image.descriptor().digest().toString())
        .with("RepoTags", new TreeSet<>(taken))
        .with("Labels", labels(image, info, progress))
        .with(
            "Layers",
            image.manifest().layers().stream().map(layer -> layer.digest().toString()).toList())
        .with(
            "LayersData", image.manifest().layers().stream().map(PreviousManifest::layer).toList());
  }

  /** Returns the labels, without an unsafe revision, because the tool passes it to a shell. */
  private static Map<String, String> labels(
      ImageSource image, Optional<RechunkInfo> info, Progress progress) throws IOException {
    Map<String, String> labels = new LinkedHashMap<>(image.config().labels());
    List<String> revisions = new ArrayList<>(info.flatMap(RechunkInfo::revision).stream().toList());
    Optional.ofNullable(labels.get(Notes.REVISION_LABEL)).ifPresent(revisions::add);
    for (String revision : revisions) {
      if (!revision.isEmpty() && !ChunkVariables.isRevision(revision)) {
        progress.notice(
            "the revision \""
                + revision
                + "\" of "
                + image.reference()
                + " is not a name that git can look up: the changelog will have no commits");
        labels.remove(Notes.REVISION_LABEL);
        labels.computeIfPresent(RechunkInfo.LABEL, (name, text) -> withoutRevision(text));
      }
    }
    return labels;
  }

  private static String withoutRevision(String info) {
    try {
      return JsonObject.parse(info.getBytes(StandardCharsets.UTF_8), RechunkInfo.LABEL)
          .without("revision")
          .toString();
    } catch (MalformedJsonException e) {
      throw new IllegalStateException("it was parsed before", e);
    }
  }

  private static JsonObject layer(Descriptor layer) {
    return JsonObject.EMPTY
        .with("MIMEType", layer.mediaType())
        .with("Digest", layer.digest().toString())
        .with("Size", layer.size())
        .with("Annotations", layer.annotations());
  }

  /**
   * Returns the image with its state, without reading its layers.
   *
   * @param attached the attached state; if empty, the state is derived from the label
   */
  static PublishedImage published(ImageSource image, Optional<PlanState> attached)
      throws IOException {
    Manifest manifest = image.manifest();
    PlanState state =
        attached.isPresent()
            ? attached.get()
            : RechunkInfo.of(image.config(), image.reference())
                .orElse(new RechunkInfo("", Map.of(), List.of(), Optional.empty()))
                .state(
                    manifest,
                    image.config(),
                    Collections.nCopies(image.config().diffIds().size(), 0L));
    return PublishedImage.of(
        image.reference(), image.descriptor(), manifest, image.config().diffIds(), state);
  }
}
