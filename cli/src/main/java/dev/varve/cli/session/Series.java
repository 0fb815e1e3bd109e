package dev.varve.cli.session;

import dev.varve.core.image.Platform;
import dev.varve.core.update.Release;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
   * @param platform the platform of the image
   * @param release what its downloads depend on
   * @param version the version in its labels; empty without one
   */
  public record Member(Reference reference, Platform platform, Release release, String version) {
    /** Whether the tag is another than the version: a tag that moves, such as latest. */
    boolean isAlias() {
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
   * The choice of the images of a series.
   *
   * @param pattern matches tags of repositories and layouts; null matches all
   * @param last the number of the newest images to return
   * @param platform of the images; if empty this machine's, or else the only one that there is
   */
  public record Selection(
      @Nullable Pattern pattern, OptionalInt last, Optional<Platform> platform) {
    private boolean matches(String tag) {
      return pattern == null || pattern.matcher(tag).find();
    }
  }

  /** Whether a place has tags, and is not one image. */
  public static boolean hasTags(String place) {
    Reference reference = Reference.parse(place);
    return switch (reference.transport()) {
      case OCI -> reference.name().isEmpty();
      case DOCKER -> place.equals("docker://" + reference.location());
      default -> false;
    };
  }

  /**
   * Finds the images of a series, and reads their manifests and configs, nothing else. Of several
   * tags of one image, the one counts that is its version. Tags of artifacts and of images for
   * other platforms are left out, with a notice.
   *
   * @param places repositories and layouts, whose images are taken in the order of their builds, or
   *     images, in their order
   * @return at least one image
   * @throws IllegalArgumentException if there is none; the message says what was left out
   */
  public static Series find(List<String> places, Selection selection, Session session)
      throws IOException {
    SeriesSearch search = SeriesSearch.of(places, selection::matches, session);
    List<Member> found = search.images(places, selection, session.progress()::notice);
    int from = selection.last().isEmpty() ? 0 : found.size() - selection.last().getAsInt();
    return new Series(found.subList(Math.max(0, from), found.size()), search.tags());
  }

  /** Finds all images at places, for all platforms. */
  public static Series all(List<String> places, Session session) throws IOException {
    SeriesSearch search = SeriesSearch.of(places, tag -> true, session);
    return new Series(search.images(), search.tags());
  }
}
