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
import java.util.regex.Pattern;

/**
 * Moves tags to a new image, and records the digests that they pointed to at the start. A tag that
 * somebody else has moved since is not overwritten. Registries have no atomic compare-and-move: if
 * two runs that build the same version move tags at the same time, the image that the version tag
 * points to in the end gets the other tags too.
 */
final class TagMoves {
  /** How often tags are moved again, at most. */
  private static final int TRIES = 3;

  /** What a further build of the day appends to the version. */
  private static final Pattern FURTHER = Pattern.compile("\\.[0-9]{1,5}");

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
   * @param tags the tags, all recorded by {@link #recordTarget}; the version tag is the last one
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
      settle(wanted, tags.get(tags.size() - 1), image);
    }
  }

  /** Checks the tags again: of two concurrent runs, the one that moved the version last wins. */
  private void settle(List<String> tags, String version, Digest image) throws IOException {
    for (int tries = 1; ; tries++) {
      Optional<Digest> winner = target(version);
      if (!winner.equals(Optional.of(image))) {
        if (winner.isPresent()) {
          giveUp(tags, image, winner.get());
        }
        throw movedAway(version, image, winner);
      }
      List<String> again = new ArrayList<>();
      for (String tag : tags) {
        Optional<Digest> now = target(tag);
        if (!now.equals(winner)) {
          if (tries == TRIES || now.isEmpty() || !hasLost(tag, now.get(), version)) {
            throw movedAway(tag, image, now);
          }
          again.add(tag);
        }
      }
      if (again.isEmpty()) {
        return;
      }
      repository.tag(image, again);
    }
  }

  /** Moves the tags that still point to the image to the one that has the version. */
  private void giveUp(List<String> tags, Digest image, Digest winner) throws IOException {
    for (String tag : tags) {
      if (target(tag).equals(Optional.of(image))) {
        repository.tag(winner, List.of(tag));
      }
    }
  }

  /** Returns whether an image is of a version, or a further build of it, without having its tag. */
  private boolean hasLost(String tag, Digest other, String version) throws IOException {
    String label = TaggedImage.read(repository, tag, other).version();
    return label.equals(version)
        || (label.startsWith(version + ".")
            && FURTHER.matcher(label.substring(version.length())).matches()
            && !target(label).equals(Optional.of(other)));
  }

  private PublishException movedAway(String tag, Digest image, Optional<Digest> now) {
    return new PublishException(
        "moving tag %s of %s to %s: somebody else then moved it to %s; the image"
                .formatted(tag, repository.name(), image, named(now))
            + " is in the registry under its digest",
        Remedy.AGAIN_OR_FORCE);
  }

  private Optional<Digest> target(String tag) throws IOException {
    return repository.find(tag).map(Descriptor::digest);
  }

  private static String named(Optional<Digest> digest) {
    return digest.map(Digest::toString).orElse("nothing");
  }
}
