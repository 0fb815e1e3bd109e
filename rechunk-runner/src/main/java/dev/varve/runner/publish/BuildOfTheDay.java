package dev.varve.runner.publish;

import dev.varve.core.bytes.IoSupplier;
import dev.varve.core.image.Digest;
import dev.varve.registry.Repository;
import dev.varve.registry.name.TagOrder;
import dev.varve.runner.naming.TagSeries;
import dev.varve.runner.naming.VersionTag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chooses the tag and version of today's build, depending on the builds published today.
 *
 * <p>If today's image was made from the same source, by a failed or a successful run, the same
 * image is built again: the same version and the same previous image give the same digest, and
 * nothing is uploaded twice. A build of another source gets a version with a number.
 */
final class BuildOfTheDay {
  private final Repository repository;
  private final VersionTag day;
  private final TagSeries series;
  private final boolean unique;
  private final List<String> others;
  private final TagMoves moves;
  private final Pattern versions;

  /** Finds the image that clients have, for a tag that is being built. */
  interface Search {
    /**
     * Finds the image.
     *
     * @param without the tags that don't count
     */
    PreviousChoice find(String tag, Set<String> without) throws IOException;
  }

  /**
   * Creates the choice; no request is sent yet.
   *
   * @param moves records the targets of all tags that the choice depends on
   */
  BuildOfTheDay(PublishRequest request, TagMoves moves) {
    this.repository = request.repository();
    this.day = request.version();
    this.series = request.series();
    this.unique = request.unique();
    this.others = request.tags();
    this.moves = moves;
    this.versions = Pattern.compile(Pattern.quote(day.text()) + "(?:\\.([0-9]{1,9}))?");
  }

  /**
   * Chooses the tag, the version and the previous image.
   *
   * @param source returns the digest of the source, which may take as long as reading the source;
   *     called only if an image of the same source may exist
   */
  Build decide(IoSupplier<Digest> source, Search search) throws IOException {
    List<String> existing = unique ? repository.tags() : List.of();
    String newest =
        existing.stream()
            .filter(tag -> versions.matcher(tag).matches())
            .max(TagOrder.OLDEST_FIRST)
            .orElse(day.text());
    List<TaggedImage> existingImages = images(newest);
    PreviousChoice found = search.find(newest, Set.of());
    Optional<String> later = later(existingImages, found);
    Optional<TaggedImage> same = imageOfSameSource(existingImages, source);
    Optional<Build> repeated = same.isEmpty() ? Optional.empty() : repeatedBuild(same.get(), found);
    Build build = repeated.orElseGet(() -> newBuild(existing, existingImages, found)).with(later);
    moves.recordTarget(build.tag());
    return build;
  }

  /** Finds the image of the day that was made from the same source. */
  private Optional<TaggedImage> imageOfSameSource(
      List<TaggedImage> images, IoSupplier<Digest> source) throws IOException {
    List<TaggedImage> ofTheDay =
        images.stream()
            .filter(image -> image.source().isPresent())
            .filter(image -> versions.matcher(image.version()).matches())
            .toList();
    if (ofTheDay.isEmpty()) {
      return Optional.empty();
    }
    String digest = source.get().toString();
    return ofTheDay.stream()
        .filter(image -> image.source().orElseThrow().equals(digest))
        .findFirst();
  }

  /**
   * Finds a version with a later date: a tag, or the version label of an image with another tag.
   */
  private Optional<String> later(List<TaggedImage> images, PreviousChoice found) {
    List<String> known = new ArrayList<>(images.stream().map(TaggedImage::version).toList());
    found.later().ifPresent(known::add);
    return series.later(known, day.text());
  }

  private List<TaggedImage> images(String version) throws IOException {
    List<String> tags = new ArrayList<>(List.of(version));
    tags.addAll(others);
    List<TaggedImage> images = new ArrayList<>();
    for (String tag : tags) {
      Optional<Digest> digest = moves.recordTarget(tag);
      if (digest.isPresent()) {
        images.add(TaggedImage.read(repository, tag, digest.get()));
      }
    }
    return images;
  }

  /** Returns the build of an image again; empty if another previous image is found now. */
  private Optional<Build> repeatedBuild(TaggedImage same, PreviousChoice found) throws IOException {
    boolean itself = found.digest().filter(same.digest()::equals).isPresent();
    PreviousChoice previous = itself ? same.planned(repository).orElse(found) : found;
    return previous.digest().equals(same.previous())
        ? Optional.of(new Build(unique ? same.version() : day.text(), same.version(), previous))
        : Optional.empty();
  }

  /** Returns a build with the next version of the day. */
  private Build newBuild(List<String> existing, List<TaggedImage> images, PreviousChoice previous) {
    if (unique) {
      String tag = day.unique(existing).text();
      return new Build(tag, tag, previous);
    }
    Optional<TaggedImage> earlier =
        images.stream().filter(image -> image.tag().equals(day.text())).findFirst();
    String version = earlier.map(image -> day + "." + (number(image) + 1)).orElse(day.text());
    return new Build(day.text(), version, previous);
  }

  private int number(TaggedImage image) {
    Matcher version = versions.matcher(image.version());
    return version.matches() && version.group(1) != null ? Integer.parseInt(version.group(1)) : 0;
  }
}
