package dev.varve.runner.publish;

import dev.varve.core.bytes.DirectoryRemoval;
import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.delta.Delta;
import dev.varve.core.delta.DeltaCreation;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.notes.Notes;
import dev.varve.core.process.ClosedOnExit;
import dev.varve.registry.Repository;
import dev.varve.registry.signing.Signatures;
import dev.varve.runner.publish.PublishListener.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the deltas that lead to a published image, and attaches them to it. Clients can do without
 * a delta, and so a failure to make one is a warning.
 */
final class PublishedDeltas {
  private final PublishRequest request;
  private final PublishListener listener;
  private final Repository repository;
  private final EarlierImages images;

  PublishedDeltas(PublishRequest request, PublishListener listener) {
    this.request = request;
    this.listener = listener;
    this.repository = request.repository();
    this.images = new EarlierImages(repository, request.platform());
  }

  /** The new image while deltas to it are made. */
  private record Target(
      ImageSource image, Optional<ImageSource> signature, List<AvailableDelta> attached) {}

  /**
   * Makes the deltas, except those that an earlier run has attached.
   *
   * @param image the new image, which the repository has
   * @param previous the image that it was planned with, if any
   * @param tagged the images or indexes that the tags point to until they are moved
   * @return the deltas from these images, in this order
   */
  List<PublishedDelta> make(Digest image, Optional<Digest> previous, Collection<Digest> tagged) {
    Map<Digest, PublishedDelta> made = new LinkedHashMap<>();
    try (ImageSource to = images.open(image)) {
      Target target =
          new Target(
              to,
              new Signatures(repository).attached(image),
              AvailableDelta.of(to, listener.progress()));
      for (Digest source : sources(previous, tagged)) {
        addDelta(source, target, made);
      }
    } catch (IOException | IllegalArgumentException e) {
      listener.warning(Topic.DELTAS, "no delta to " + image + " was made: " + e.getMessage());
    }
    return List.copyOf(made.values());
  }

  private Set<Digest> sources(Optional<Digest> previous, Collection<Digest> tagged) {
    Set<Digest> sources = new LinkedHashSet<>();
    try {
      if (previous.isPresent()) {
        sources.addAll(images.endingWith(previous.get(), request.deltas().sources()));
      }
    } catch (IOException | IllegalArgumentException e) {
      listener.warning(Topic.DELTAS, "deltas from older images are missing: " + e.getMessage());
    }
    sources.addAll(tagged);
    return sources;
  }

  /** Adds the delta from an image, unless the image is the new one or has its delta already. */
  private void addDelta(Digest source, Target target, Map<Digest, PublishedDelta> made) {
    try (ImageSource from = images.open(source)) {
      Digest manifest = from.descriptor().digest(); // a tag may point to an index
      if (!manifest.equals(target.image().descriptor().digest()) && !made.containsKey(manifest)) {
        made.put(manifest, delta(from, target));
      }
    } catch (IOException | IllegalArgumentException e) {
      listener.warning(Topic.DELTAS, "no delta from " + source + " was made: " + e.getMessage());
    }
  }

  private PublishedDelta delta(ImageSource from, Target target) throws IOException {
    for (AvailableDelta each : target.attached()) {
      if (each.delta().source().equals(from.descriptor().digest())) {
        return described(each.delta(), each.manifest().descriptor().digest(), from, target);
      }
    }
    Path scratch = request.scratch().directory("delta");
    try (ClosedOnExit<IndexSink> sink =
        new ClosedOnExit<>(
            repository.sink(
                List.of(),
                request.scratch().directory("upload"),
                "docker://" + repository.name()))) {
      Delta delta =
          new DeltaCreation(
                  from,
                  target.image(),
                  target.signature(),
                  request.deltas().format(),
                  scratch,
                  request.deltas().limits(),
                  listener.progress())
              .write(sink.get());
      return described(delta, sink.get().attach(delta.toManifest()).digest(), from, target);
    } finally {
      DirectoryRemoval.remove(scratch);
    }
  }

  private static PublishedDelta described(
      Delta delta, Digest artifact, ImageSource from, Target target) throws IOException {
    return new PublishedDelta(
        delta.source(),
        from.config().labels().getOrDefault(Notes.VERSION_LABEL, ""),
        artifact,
        delta.downloadedBytes(),
        delta.replacedBytes(target.image().manifest()),
        delta.bytesOfLayers());
  }
}
