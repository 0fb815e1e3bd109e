package dev.varve.runner.publish;

import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.notes.Notes;
import dev.varve.core.state.PublishedImage;
import dev.varve.registry.Repository;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.TransferException;
import dev.varve.registry.name.ImageName;
import dev.varve.runner.RechunkLabels;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An image that a tag points to, with its source, previous image and version.
 *
 * @param tag the tag
 * @param digest the image's digest
 * @param source the value of {@link PublishedImage#SOURCE_ANNOTATION}; empty without one
 * @param previous the image in the same repository that this one was planned with
 * @param version the version label; empty without one
 */
public record TaggedImage(
    String tag, Digest digest, Optional<String> source, Optional<Digest> previous, String version) {
  /** Temporary failures, which don't mean that the image is unreadable. */
  private static final Set<Kind> TEMPORARY = Set.of(Kind.UNAVAILABLE, Kind.NOT_AUTHORIZED);

  /**
   * Reads an image. An unreadable image is returned without source, previous image and version,
   * because the new image replaces it.
   */
  static TaggedImage read(Repository repository, String tag, Digest digest) throws IOException {
    String place = "docker://" + repository.name();
    try (ImageSource image =
        repository.image(digest.toString(), PlatformChoice.anyOrFirst(), place + "@" + digest)) {
      Map<String, String> labels = image.config().labels();
      return new TaggedImage(
          tag,
          digest,
          Optional.ofNullable(image.manifest().annotations().get(PublishedImage.SOURCE_ANNOTATION)),
          previous(labels, repository),
          labels.getOrDefault(Notes.VERSION_LABEL, ""));
    } catch (IOException | IllegalArgumentException e) {
      if (isTemporary(e)) {
        throw e;
      }
      return new TaggedImage(tag, digest, Optional.empty(), Optional.empty(), "");
    }
  }

  /** Returns the image in a repository that an image with these labels was planned with. */
  static Optional<Digest> previous(Map<String, String> labels, Repository repository) {
    String place = "docker://" + repository.name() + "@";
    String previous = labels.getOrDefault(RechunkLabels.PREVIOUS, "");
    return previous.startsWith(place)
        ? Optional.of(Digest.parse(previous.substring(place.length())))
        : Optional.empty();
  }

  /** Returns whether a failure to read an image may be temporary. */
  static boolean isTemporary(Exception failure) {
    return failure instanceof TransferException
        || (failure instanceof RegistryException refusal && TEMPORARY.contains(refusal.kind()));
  }

  /** Returns the image that this one was planned with, if the registry still has it. */
  Optional<PreviousChoice> planned(Repository repository) throws IOException {
    String again = tag + " is being published again, and was planned ";
    if (previous.isEmpty()) {
      return Optional.of(PreviousChoice.unwanted(again + "without one"));
    }
    return repository.find(previous.get().toString()).isEmpty()
        ? Optional.empty()
        : Optional.of(
            PreviousChoice.of(
                new ImageName(repository.name(), Optional.empty(), previous),
                again + "with this one"));
  }
}
