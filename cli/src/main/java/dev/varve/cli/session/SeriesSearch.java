package dev.varve.cli.session;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Quantity;
import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.delta.Delta;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.NoImageException;
import dev.varve.core.image.Platform;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The images at the places of a series, for all platforms. */
final class SeriesSearch {
  private static final String UNKNOWN = "unknown";

  private final List<Found> found = new ArrayList<>();
  private final Set<String> tags = new HashSet<>();
  private int matching;
  private int artifacts;

  private SeriesSearch() {}

  /**
   * The images at a place.
   *
   * @param named whether the user named this image, not the place of several
   */
  private record Found(List<Series.Member> images, boolean named) {}

  /**
   * Opens the images at places.
   *
   * @param wanted whether a tag of a repository or layout is searched
   */
  static SeriesSearch of(List<String> places, Predicate<String> wanted, Session session)
      throws IOException {
    SeriesSearch search = new SeriesSearch();
    for (String place : places) {
      search.add(place, wanted, session);
    }
    return search;
  }

  private void add(String place, Predicate<String> wanted, Session session) throws IOException {
    Reference reference = Reference.parse(place);
    List<String> listed = tags(place, reference, session);
    if (listed.isEmpty()) {
      try (ImageSource image = session.transports().image(reference)) {
        image.manifest().requireImage(place);
        found.add(new Found(List.of(member(reference, image)), true));
      }
      return;
    }
    tags.addAll(listed);
    List<Reference> searched =
        listed.stream().filter(wanted).map(tag -> Reference.parse(place + ":" + tag)).toList();
    List<Series.Member> images =
        Parallel.map(searched, tag -> read(tag, session)).stream()
            .flatMap(Optional::stream)
            .toList();
    matching += searched.size();
    artifacts += searched.size() - images.size();
    found.add(new Found(images, false));
  }

  /** Returns the tags at a place; none if the place is an image. */
  private static List<String> tags(String place, Reference reference, Session session)
      throws IOException {
    if (!Series.hasTags(place)) {
      return List.of();
    }
    return reference.transport() == Reference.Transport.OCI
        ? OciLayout.tags(reference.path(), place).stream().distinct().toList()
        : session.repository(reference).imageTags();
  }

  /** Reads what a tag points to; empty if it is an artifact. */
  private static Optional<Series.Member> read(Reference reference, Session session)
      throws IOException {
    try (ImageSource image = session.transports().image(reference)) {
      return image.manifest().isArtifact()
          ? Optional.empty()
          : Optional.of(member(reference, image));
    } catch (NoImageException e) {
      return Optional.empty(); // an index of artifacts, for example
    }
  }

  private static Series.Member member(Reference reference, ImageSource image) throws IOException {
    Map<Digest, Long> deltas = new HashMap<>();
    for (AvailableDelta available : AvailableDelta.of(image, Progress.SILENT)) {
      Delta delta = available.delta();
      deltas.merge(delta.source(), delta.downloadedBytes(), Math::min);
    }
    return new Series.Member(
        reference,
        image.config().platform(),
        new Release(
            reference.name(),
            image.descriptor().digest(),
            image.config().created(),
            image.manifest().layers(),
            deltas),
        image.config().labels().getOrDefault(Notes.VERSION_LABEL, ""));
  }

  /** The tags at all places, also those that were not searched. */
  Set<String> tags() {
    return tags;
  }

  /** Returns all images, oldest first. */
  List<Series.Member> images() {
    return images(image -> true);
  }

  /**
   * Returns the images for one platform, oldest first.
   *
   * @param places the places that were searched, for messages
   * @param notices receives what is left out
   * @throws IllegalArgumentException if there is no image, or an image that the user named is for
   *     another platform
   */
  List<Series.Member> images(
      List<String> places, Series.Selection selection, Consumer<String> notices) {
    Platform platform = selection.platform().orElseGet(() -> platform(notices));
    Predicate<Series.Member> fits =
        image ->
            platform.accepts(image.platform())
                || (isUnknown(image) && selection.platform().isEmpty());
    for (Found each : found) {
      if (each.named() && !fits.test(each.images().get(0))) {
        throw new IllegalArgumentException(
            "opening %s: expected an image for %s, got one for %s"
                .formatted(
                    each.images().get(0).reference(), platform, each.images().get(0).platform()));
      }
    }
    List<Series.Member> others = all().filter(fits.negate()).toList();
    List<String> leftOut = new ArrayList<>();
    if (artifacts > 0) {
      leftOut.add(Quantity.of(artifacts, "tag") + " of artifacts");
    }
    if (!others.isEmpty()) {
      leftOut.add(
          "%s for other platforms than %s: %s"
              .formatted(
                  Quantity.of(others.size(), "tag"),
                  platform,
                  String.join(", ", platforms(others))));
    }
    List<Series.Member> images = images(fits);
    if (images.isEmpty()) {
      if (selection.pattern() != null && matching < tags.size()) {
        leftOut.add(
            0,
            "--pattern %s matches %s of %s"
                .formatted(
                    selection.pattern(),
                    matching == 0 ? "none" : matching,
                    Quantity.of(tags.size(), "tag")));
      }
      throw new IllegalArgumentException(
          "expected at least one image in "
              + String.join(", ", places)
              + ", found none"
              + (leftOut.isEmpty() ? "" : "; " + String.join("; ", leftOut)));
    }
    leftOut.forEach(what -> notices.accept("left out " + what));
    return images;
  }

  /** Returns this machine's platform, or else the only one that there are images for. */
  private Platform platform(Consumer<String> notices) {
    Platform own = Platform.current();
    List<Series.Member> known = all().filter(image -> !isUnknown(image)).toList();
    if (known.isEmpty() || known.stream().anyMatch(image -> own.accepts(image.platform()))) {
      return own;
    }
    Platform first = known.get(0).platform();
    Platform only = new Platform(first.os(), first.architecture(), "");
    if (!known.stream().allMatch(image -> only.accepts(image.platform()))) {
      throw new IllegalArgumentException(
          "expected images for %s, there are %s; --platform selects one of them"
              .formatted(own, String.join(", ", platforms(known))));
    }
    notices.accept("no image is for " + own + ": took those for " + only);
    return only;
  }

  private Stream<Series.Member> all() {
    return found.stream().flatMap(each -> each.images().stream());
  }

  private static Set<String> platforms(List<Series.Member> images) {
    Set<String> platforms = new TreeSet<>();
    images.forEach(image -> platforms.add(image.platform().toString()));
    return platforms;
  }

  private static boolean isUnknown(Series.Member image) {
    return image.platform().architecture().equals(UNKNOWN);
  }

  private List<Series.Member> images(Predicate<Series.Member> wanted) {
    List<Series.Member> images = new ArrayList<>();
    for (Found each : found) {
      List<Series.Member> fitting = each.images().stream().filter(wanted).toList();
      images.addAll(each.named() ? fitting : distinct(fitting));
    }
    return images;
  }

  /** Returns each image once, by the time of its build. */
  private static List<Series.Member> distinct(List<Series.Member> members) {
    Map<Digest, Series.Member> byDigest = new LinkedHashMap<>();
    members.stream()
        .sorted(Comparator.comparing(Series.Member::isAlias))
        .forEach(member -> byDigest.putIfAbsent(member.release().digest(), member));
    return byDigest.values().stream()
        .sorted(
            Comparator.comparing((Series.Member member) -> member.release().created())
                .thenComparing(member -> member.release().name(), TagOrder.OLDEST_FIRST))
        .toList();
  }
}
