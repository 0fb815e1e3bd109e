package dev.varve.core.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds the image for a platform in nested indexes. */
final class PlatformSearch {
  private static final int MAX_DEPTH = 4;
  private static final String UNKNOWN = "unknown";

  private final BlobSource source;
  private final PlatformChoice choice;

  PlatformSearch(BlobSource source, PlatformChoice choice) {
    this.source = source;
    this.choice = choice;
  }

  /** An image that can run on the wanted platform, and the image's own platform. */
  private record Match(Descriptor image, Platform platform) {}

  Descriptor find(List<Descriptor> roots) throws IOException {
    List<Descriptor> images = new ArrayList<>();
    collect(roots, 0, images, new HashSet<>());
    if (images.isEmpty()) {
      throw new NoImageException(
          "opening " + source.reference() + ": there is no image in it that Varve can read");
    }
    if (images.size() == 1 && !choice.required()) {
      return images.get(0);
    }
    Set<String> platforms = new TreeSet<>();
    Optional<Match> best = best(images, platforms);
    if (best.isEmpty() && choice.orFirst()) {
      return images.get(0);
    }
    if (best.isEmpty()) {
      throw failure(
          "expected an image for "
              + choice.platform()
              + ", there is "
              + String.join(", ", platforms));
    }
    if (images.size() > 1 && !choice.orFirst()) {
      choice
          .notices()
          .accept(
              source.reference()
                  + " has images for several platforms: took "
                  + best.get().platform());
    }
    return best.get().image();
  }

  /**
   * Finds the image whose platform is preferred most, the first of several.
   *
   * @param seen receives the platforms of the images that were compared
   * @return empty if no image is for the wanted platform
   */
  private Optional<Match> best(List<Descriptor> images, Set<String> seen) throws IOException {
    Optional<Match> best = Optional.empty();
    int leastSoFar = Integer.MAX_VALUE;
    for (Descriptor image : images) {
      Platform platform = platform(image);
      seen.add(platform.toString());
      int preference = choice.platform().preference(platform).orElse(Integer.MAX_VALUE);
      if (preference < leastSoFar) {
        best = Optional.of(new Match(image, platform));
        leastSoFar = preference;
      }
      if (preference == 0) {
        break; // the best rank; saves reading the configs of other images
      }
    }
    return best;
  }

  private void collect(List<Descriptor> level, int depth, List<Descriptor> images, Set<Digest> seen)
      throws IOException {
    if (depth > MAX_DEPTH) {
      throw failure("its indexes are nested more than " + MAX_DEPTH + " deep");
    }
    for (Descriptor each : level) {
      if (!seen.add(each.digest())) {
        continue;
      }
      if (MediaTypes.isIndex(each.mediaType())) {
        collect(source.index(each).manifests(), depth + 1, images, seen);
      } else if (MediaTypes.isManifest(each.mediaType()) && (depth == 0 || !isAttestation(each))) {
        images.add(each);
      }
    }
  }

  /**
   * Whether an entry is an artifact, or an attestation of BuildKit's (platform unknown/unknown).
   */
  private static boolean isAttestation(Descriptor each) {
    return each.saysArtifact()
        || each.platform().filter(platform -> platform.os().equals(UNKNOWN)).isPresent();
  }

  private Platform platform(Descriptor image) throws IOException {
    if (image.platform().isPresent() && !image.platform().get().os().equals(UNKNOWN)) {
      return image.platform().get();
    }
    return source.config(source.manifest(image)).platform();
  }

  private IOException failure(String problem) {
    return new IOException("opening " + source.reference() + ": " + problem);
  }
}
