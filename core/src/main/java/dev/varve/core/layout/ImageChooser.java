package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses an image of a layout by tag: an image, an index, or several entries that are one image
 * for several platforms.
 */
final class ImageChooser {
  private final Blobs blobs;

  ImageChooser(Blobs blobs) {
    this.blobs = blobs;
  }

  /** Returns the entries with the tag, or for an empty tag the only image. */
  List<Descriptor> choose(ImageIndex index, String tag) throws IOException {
    return tag.isEmpty() ? only(index) : tagged(index, tag);
  }

  private List<Descriptor> tagged(ImageIndex index, String tag) throws IOException {
    List<Descriptor> found =
        index.manifests().stream().filter(each -> tag.equals(OciLayout.tag(each))).toList();
    if (found.isEmpty()) {
      for (JsonObject foreign : index.foreign()) {
        if (tag.equals(OciLayout.tag(foreign))) {
          throw unreadable("the image tagged \"" + tag + "\"", foreign);
        }
      }
      String tags = tags(index.manifests());
      throw failure(
          "no image is tagged \""
              + tag
              + "\"; "
              + (tags.isEmpty() ? "the images have no tags" : "there is " + tags));
    }
    return found;
  }

  /** Returns the only artifact of a type. */
  Descriptor artifact(ImageIndex index, String type) throws IOException {
    List<Descriptor> found = new ArrayList<>();
    for (Descriptor each : index.manifests()) {
      boolean mayBe =
          MediaTypes.isManifest(each.mediaType())
              && each.artifactType().map(type::equals).orElse(true);
      if (mayBe && blobs.has(each) && blobs.manifest(each).effectiveArtifactType().equals(type)) {
        found.add(each);
      }
    }
    if (found.size() != 1) {
      throw failure("expected one artifact of type " + type + ", got " + found.size());
    }
    return found.get(0);
  }

  /** Returns all images, which must be one image for several platforms. */
  private List<Descriptor> only(ImageIndex index) throws IOException {
    List<Descriptor> images = new ArrayList<>();
    for (Descriptor each : index.manifests()) {
      if (MediaTypes.isIndex(each.mediaType())
          || (MediaTypes.isManifest(each.mediaType()) && !isArtifact(each))) {
        images.add(each);
      }
    }
    for (JsonObject foreign : index.foreign()) {
      if (images.isEmpty()) {
        throw unreadable("the image", foreign);
      }
      if (!OciLayout.tag(foreign).isEmpty()) {
        throw failure("there are several images; name the tag of one: " + tags(images));
      }
    }
    long digests = images.stream().map(Descriptor::digest).distinct().count();
    if (digests > 1 && images.stream().map(OciLayout::tag).distinct().count() > 1) {
      throw failure("there are several images; name the tag of one: " + tags(images));
    }
    return images;
  }

  private boolean isArtifact(Descriptor each) throws IOException {
    if (each.saysArtifact()) {
      return true;
    }
    if (!blobs.has(each)) {
      return false;
    }
    Manifest manifest = blobs.manifest(each);
    return manifest.subject().isPresent() || manifest.artifactType().isPresent();
  }

  private static String tags(List<Descriptor> images) {
    return Messages.list(
        images.stream().map(OciLayout::tag).filter(tag -> !tag.isEmpty()).toList());
  }

  private IOException unreadable(String image, JsonObject entry) throws IOException {
    return failure(
        image
            + " has the digest "
            + entry.string("digest")
            + "; expected one of the form sha256:<hex> or sha512:<hex>");
  }

  private IOException failure(String problem) {
    return new IOException("opening " + blobs.reference() + ": " + problem);
  }
}
