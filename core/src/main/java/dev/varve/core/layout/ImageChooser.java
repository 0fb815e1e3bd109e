package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the one image that is meant among those of a layout: first by tag, then, through nested
 * indexes, by platform.
 */
final class ImageChooser {
  private static final int MAX_DEPTH = 4;
  private static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
  private static final String UNKNOWN = "unknown";

  private final Blobs blobs;
  private final PlatformChoice choice;

  ImageChooser(Blobs blobs, PlatformChoice choice) {
    this.blobs = blobs;
    this.choice = choice;
  }

  /** The manifest of the image with the tag; an empty tag means the only image. */
  Descriptor choose(ImageIndex index, String tag) throws IOException {
    return forPlatform(tag.isEmpty() ? only(index) : tagged(index, tag));
  }

  private List<Descriptor> tagged(ImageIndex index, String tag) throws IOException {
    List<Descriptor> found =
        index.manifests().stream().filter(each -> tag.equals(OciLayout.tag(each))).toList();
    if (found.isEmpty()) {
      String tags = tags(index.manifests());
      throw failure(
          "no image is tagged \""
              + tag
              + "\"; "
              + (tags.isEmpty() ? "the images have no tags" : "there is " + tags));
    }
    return found;
  }

  /** All images, provided that they are one but for the platform. */
  private List<Descriptor> only(ImageIndex index) throws IOException {
    List<Descriptor> images = new ArrayList<>();
    for (Descriptor each : index.manifests()) {
      if (MediaTypes.isIndex(each.mediaType())
          || (MediaTypes.isManifest(each.mediaType()) && !isArtifact(each))) {
        images.add(each);
      }
    }
    long digests = images.stream().map(Descriptor::digest).distinct().count();
    if (digests > 1 && images.stream().map(OciLayout::tag).distinct().count() > 1) {
      throw failure("there are several images; name the tag of one: " + tags(images));
    }
    return images;
  }

  private boolean isArtifact(Descriptor each) throws IOException {
    if (saysArtifact(each)) {
      return true;
    }
    if (!blobs.has(each)) {
      return false;
    }
    Manifest manifest = blobs.manifest(each);
    return manifest.subject().isPresent() || manifest.artifactType().isPresent();
  }

  /** An image's "artifact type" is that of its config, where a tool gives it one. */
  private static boolean saysArtifact(Descriptor each) {
    return each.artifactType()
        .filter(type -> !type.equals(MediaTypes.OCI_CONFIG) && !type.equals(DOCKER_CONFIG))
        .isPresent();
  }

  private Descriptor forPlatform(List<Descriptor> roots) throws IOException {
    List<Descriptor> images = new ArrayList<>();
    collect(roots, 0, images, new HashSet<>());
    if (images.isEmpty()) {
      throw failure("there is no image in it that Varve can read");
    }
    if (images.size() == 1 && !choice.required()) {
      return images.get(0);
    }
    Set<String> platforms = new HashSet<>();
    for (Descriptor image : images) {
      Platform platform = platform(image);
      if (choice.platform().accepts(platform)) {
        return image;
      }
      platforms.add(platform.toString());
    }
    throw failure(
        "expected an image for " + choice.platform() + ", there is " + Messages.list(platforms));
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
        String name = "index " + each.digest() + " of " + blobs.reference();
        ImageIndex nested = ImageIndex.parse(blobs.index(each), name);
        collect(nested.manifests(), depth + 1, images, seen);
      } else if (MediaTypes.isManifest(each.mediaType()) && (depth == 0 || !isAttestation(each))) {
        images.add(each);
      }
    }
  }

  /** What BuildKit puts beside an image: a manifest for the platform unknown/unknown. */
  private static boolean isAttestation(Descriptor each) {
    return saysArtifact(each)
        || each.platform().filter(platform -> platform.os().equals(UNKNOWN)).isPresent();
  }

  private Platform platform(Descriptor image) throws IOException {
    if (image.platform().isPresent() && !image.platform().get().os().equals(UNKNOWN)) {
      return image.platform().get();
    }
    return blobs.config(blobs.manifest(image).config()).platform();
  }

  private static String tags(List<Descriptor> images) {
    return Messages.list(
        images.stream().map(OciLayout::tag).filter(tag -> !tag.isEmpty()).toList());
  }

  private IOException failure(String problem) {
    return new IOException("opening " + blobs.reference() + ": " + problem);
  }
}
