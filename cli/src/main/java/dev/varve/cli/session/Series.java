package dev.varve.cli.session;

import dev.varve.core.bytes.Progress;
import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.delta.Delta;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.notes.Notes;
import dev.varve.core.parallel.Parallel;
import dev.varve.core.update.Release;
import dev.varve.registry.name.TagOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Images published one after another.
 *
 * @param images one for each image, oldest first; each has its own digest
 * @param tags all tags at the places, those of other images as well
 */
public record Series(List<Member> images, Set<String> tags) {
  /** Copies the collections. */
  public Series {
    images = List.copyOf(images);
    tags = Set.copyOf(tags);
  }

  /**
   * An image of a series.
   *
   * @param reference where it is
   * @param release what its downloads depend on
   * @param version the version in its labels; empty without one
   */
  public record Member(Reference reference, Release release, String version) {
    /** Whether the tag is another than the version: a tag that moves, such as latest. */
    private boolean isAlias() {
      return version.isEmpty()
          ? release.name().chars().noneMatch(Character::isDigit)
          : !release.name().equals(version);
    }
  }

  /** The images, oldest first. */
  public List<Release> releases() {
    return images.stream().map(Member::release).toList();
  }

  /**
   * Finds the images of a series, and reads their manifests and configs, nothing else. Of several
   * tags of one image, the one counts that is its version.
   *
   * @param places repositories and layouts, whose images are taken in the order of their builds, or
   *     images, in their order
   * @param pattern matches tags of repositories and layouts; null matches all
   * @param last the number of the newest images to return
   */
  public static Series find(
      List<String> places, @Nullable Pattern pattern, OptionalInt last, Session session)
      throws IOException {
    List<Member> found = new ArrayList<>();
    Set<String> allTags = new HashSet<>();
    for (String place : places) {
      Reference reference = Reference.parse(place);
      List<String> tags = tags(place, reference, session);
      allTags.addAll(tags);
      List<Reference> tagged =
          tags.stream()
              .filter(tag -> pattern == null || pattern.matcher(tag).find())
              .map(tag -> Reference.parse(place + ":" + tag))
              .toList();
      List<Member> read =
          Parallel.map(tags.isEmpty() ? List.of(reference) : tagged, r -> read(r, session));
      found.addAll(tags.isEmpty() ? read : distinct(read));
    }
    int from = last.isEmpty() ? 0 : Math.max(0, found.size() - last.getAsInt());
    return new Series(found.subList(from, found.size()), allTags);
  }

  /** Returns the tags at a place without a tag; none if the place is an image. */
  private static List<String> tags(String place, Reference reference, Session session)
      throws IOException {
    return switch (reference.transport()) {
      case OCI -> reference.name().isEmpty() ? OciLayout.tags(reference.path(), place) : List.of();
      case DOCKER ->
          place.equals("docker://" + reference.location())
              ? session.repository(reference).imageTags()
              : List.of();
      default -> List.of();
    };
  }

  private static Member read(Reference reference, Session session) throws IOException {
    try (ImageSource image = session.transports().image(reference)) {
      Map<Digest, Long> deltas = new HashMap<>();
      for (AvailableDelta available : AvailableDelta.of(image, Progress.SILENT)) {
        Delta delta = available.delta();
        deltas.merge(delta.source(), delta.downloadedBytes(), Math::min);
      }
      return new Member(
          reference,
          new Release(
              reference.name(),
              image.descriptor().digest(),
              image.config().created(),
              image.manifest().layers(),
              deltas),
          image.config().labels().getOrDefault(Notes.VERSION_LABEL, ""));
    }
  }

  /** Returns each image once, by the time of its build. */
  private static List<Member> distinct(List<Member> members) {
    Map<Digest, Member> byDigest = new LinkedHashMap<>();
    members.stream()
        .sorted(Comparator.comparing(Member::isAlias))
        .forEach(member -> byDigest.putIfAbsent(member.release().digest(), member));
    return byDigest.values().stream()
        .sorted(
            Comparator.comparing((Member member) -> member.release().created())
                .thenComparing(member -> member.release().name(), TagOrder.OLDEST_FIRST))
        .toList();
  }
}
