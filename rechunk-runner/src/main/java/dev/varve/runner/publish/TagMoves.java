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
 * Moves tags to a new image, and records the digests that they pointed to at the start. A tag that
 * somebody else has moved since is not overwritten. Registries have no atomic compare-and-move; if
 * another move happens in between, the message names the digest.
 */
final class TagMoves {
  private final Repository repository;
  private final Map<String, Optional<Digest>> before = new LinkedHashMap<>();

  TagMoves(Repository repository) {
    this.repository = repository;
  }

  /** Records the digest that a tag points to now, unless recorded before, and returns it. */
  Optional<Digest> recordTarget(String tag) throws IOException {
    Optional<Digest> recorded = before.get(tag);
    if (recorded == null) {
      recorded = target(tag);
      before.put(tag, recorded);
    }
    return recorded;
  }

  /**
   * Moves tags, in their order, except those that already point to the image.
   *
   * @param tags the tags, all recorded by {@link #recordTarget}
   * @param force whether to move tags that somebody else has moved
   * @throws PublishException if somebody else has moved a tag; then no tag is moved
   */
  void move(List<String> tags, Digest image, boolean force) throws IOException {
    List<String> wanted = new ArrayList<>();
    for (String tag : tags) {
      Optional<Digest> now = target(tag);
      if (now.filter(image::equals).isPresent()) {
        continue;
      }
      if (!force && !now.equals(recordTarget(tag))) {
        throw new PublishException(
            "moving tag %s of %s to %s: somebody else has moved it from %s to %s during this run;"
                    .formatted(tag, repository.name(), image, named(recordTarget(tag)), named(now))
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

  /** Checks the tags again: of two concurrent runs, the later one wins. */
  private void requireStay(List<String> tags, Digest image) throws IOException {
    for (String tag : tags) {
      Optional<Digest> now = target(tag);
      if (!now.equals(Optional.of(image))) {
        throw new PublishException(
            "moving tag %s of %s to %s: somebody else then moved it to %s; the image"
                    .formatted(tag, repository.name(), image, named(now))
                + " is in the registry under its digest",
            Remedy.AGAIN_OR_FORCE);
      }
    }
  }

  private Optional<Digest> target(String tag) throws IOException {
    return repository.find(tag).map(Descriptor::digest);
  }

  private static String named(Optional<Digest> digest) {
    return digest.map(Digest::toString).orElse("nothing");
  }
}
