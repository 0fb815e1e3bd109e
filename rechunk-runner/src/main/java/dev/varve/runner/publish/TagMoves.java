package dev.varve.runner.publish;

import dev.varve.core.bytes.Remedy;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.registry.Repository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tags that are to lead to a new image, and where they led when the work on it began. A tag that
 * was moved since then by somebody else is not overwritten. Registries can't compare and move in
 * one step: what is overwritten in the moment between the two is told.
 */
final class TagMoves {
  private final Repository repository;
  private final Map<String, Optional<Digest>> before = new LinkedHashMap<>();

  TagMoves(Repository repository) {
    this.repository = repository;
  }

  /** Notes where a tag leads now, unless that is noted already. */
  Optional<Digest> note(String tag) throws IOException {
    Optional<Digest> noted = before.get(tag);
    if (noted == null) {
      noted = leadsTo(tag);
      before.put(tag, noted);
    }
    return noted;
  }

  /**
   * Moves tags, in their order; those that lead there already stay.
   *
   * @param tags were noted
   * @param force whether also those that somebody else has moved
   * @throws PublishException if there are such; then none is moved
   */
  void move(List<String> tags, Digest image, boolean force) throws IOException {
    List<String> wanted = new ArrayList<>();
    for (String tag : tags) {
      Optional<Digest> now = leadsTo(tag);
      if (now.filter(image::equals).isPresent()) {
        continue;
      }
      if (!force && !now.equals(note(tag))) {
        throw new PublishException(
            "moving tag %s of %s to %s: somebody else has moved it meanwhile, from %s to %s;"
                    .formatted(tag, repository.name(), image, named(note(tag)), named(now))
                + " no tag was moved",
            Remedy.AGAIN_OR_FORCE);
      }
      wanted.add(tag);
    }
    if (!wanted.isEmpty()) {
      repository.tag(image, wanted);
      requireStay(wanted, image);
    }
  }

  /** Two runs may have looked at the tags before either moved them: the later one wins. */
  private void requireStay(List<String> tags, Digest image) throws IOException {
    for (String tag : tags) {
      Optional<Digest> now = leadsTo(tag);
      if (!now.equals(Optional.of(image))) {
        throw new PublishException(
            "moving tag %s of %s to %s: somebody else has moved it right afterwards, to %s; the image"
                    .formatted(tag, repository.name(), image, named(now))
                + " is in the registry under its digest",
            Remedy.AGAIN_OR_FORCE);
      }
    }
  }

  private Optional<Digest> leadsTo(String tag) throws IOException {
    return repository.find(tag).map(Descriptor::digest);
  }

  private static String named(Optional<Digest> digest) {
    return digest.map(Digest::toString).orElse("nothing");
  }
}
