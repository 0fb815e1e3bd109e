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
 * The tags that are moved to a new image, with the digests that they pointed to when the work
 * began. A tag that somebody else has moved since then is not overwritten. Registries can't compare
 * and move in one step: the digest that is overwritten in between is part of the message.
 */
final class TagMoves {
  private final Repository repository;
  private final Map<String, Optional<Digest>> before = new LinkedHashMap<>();

  TagMoves(Repository repository) {
    this.repository = repository;
  }

  /** Notes the digest that a tag points to now, unless it is noted already. */
  Optional<Digest> note(String tag) throws IOException {
    Optional<Digest> noted = before.get(tag);
    if (noted == null) {
      noted = leadsTo(tag);
      before.put(tag, noted);
    }
    return noted;
  }

  /**
   * Moves tags, in their order; tags that point to the image already stay.
   *
   * @param tags the tags, all of them noted before
   * @param force whether tags that somebody else has moved are moved, too
   * @throws PublishException if somebody else has moved a tag; then no tag is moved
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
