package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What becomes of a layout's index when an image is added: the image takes over its tags, artifacts
 * come after it, and those go whose subject is not in the index any more. All other entries stay,
 * with fields that Varve does not know.
 */
final class IndexUpdate {
  private static final int MAX_DEPTH = 4;

  private final Blobs blobs;
  private final Set<Digest> present = new HashSet<>();

  private IndexUpdate(Blobs blobs) {
    this.blobs = blobs;
  }

  private record Entry(Descriptor descriptor, JsonObject json, Optional<Digest> subject) {
    Digest digest() {
      return descriptor.digest();
    }
  }

  /** The index of a layout with one image. */
  static byte[] ofNew(List<Descriptor> images, List<Descriptor> artifacts) {
    return ImageIndex.EMPTY.withManifests(all(images, artifacts)).toBytes();
  }

  /**
   * The index after {@code before}.
   *
   * @param blobs has the manifests that this one lists
   * @param images entries for one image, with a tag each
   */
  static byte[] of(
      ImageIndex before, Blobs blobs, List<Descriptor> images, List<Descriptor> artifacts)
      throws IOException {
    List<JsonObject> entries = new IndexUpdate(blobs).kept(before, images, artifacts);
    entries.addAll(all(images, artifacts).stream().map(Descriptor::toJson).toList());
    return before.json().with("manifests", entries).toBytes();
  }

  private static List<Descriptor> all(List<Descriptor> images, List<Descriptor> artifacts) {
    return Stream.concat(images.stream(), artifacts.stream()).toList();
  }

  private List<JsonObject> kept(
      ImageIndex before, List<Descriptor> images, List<Descriptor> artifacts) throws IOException {
    Set<String> tags = images.stream().map(OciLayout::tag).collect(Collectors.toSet());
    Set<Digest> again = artifacts.stream().map(Descriptor::digest).collect(Collectors.toSet());
    images.forEach(image -> addWithChildren(image, 0));
    present.addAll(again);

    List<Entry> entries = new ArrayList<>();
    List<JsonObject> json = before.json().objects("manifests");
    List<JsonObject> foreign = new ArrayList<>();
    Iterator<Descriptor> readable = before.manifests().iterator();
    for (int i = 0; i < json.size(); i++) {
      if (ImageIndex.isForeign(json.get(i))) {
        if (!tags.contains(OciLayout.tag(json.get(i)))) {
          foreign.add(json.get(i));
        }
        continue;
      }
      Descriptor each = readable.next();
      if (!tags.contains(OciLayout.tag(each)) && !again.contains(each.digest())) {
        entries.add(new Entry(each, json.get(i), subject(each)));
      }
    }
    findPresent(entries);
    List<JsonObject> kept = new ArrayList<>();
    for (Entry entry : entries) {
      if (present.contains(entry.digest())) {
        kept.add(entry.json());
      }
    }
    kept.addAll(foreign);
    return kept;
  }

  private void findPresent(List<Entry> entries) {
    for (Entry entry : entries) {
      if (entry.subject().isEmpty()) {
        addWithChildren(entry.descriptor(), 0);
      }
    }
    boolean grew = true;
    while (grew) { // an artifact may belong to an artifact
      grew = false;
      for (Entry entry : entries) {
        if (entry.subject().filter(present::contains).isPresent()) {
          grew |= present.add(entry.digest());
        }
      }
    }
  }

  private void addWithChildren(Descriptor entry, int depth) {
    present.add(entry.digest());
    if (!MediaTypes.isIndex(entry.mediaType()) || depth == MAX_DEPTH) {
      return;
    }
    try {
      for (Descriptor child : blobs.index(entry).manifests()) {
        if (!present.contains(child.digest())) {
          addWithChildren(child, depth + 1);
        }
      }
    } catch (IOException e) {
      // Whoever reads that image will hear of it.
    }
  }

  /** What an artifact belongs to; empty for what stays in any case. */
  private Optional<Digest> subject(Descriptor entry) {
    if (!MediaTypes.isManifest(entry.mediaType()) || !OciLayout.tag(entry).isEmpty()) {
      return Optional.empty();
    }
    try {
      return blobs.manifest(entry).subject().map(Descriptor::digest);
    } catch (IOException e) {
      return Optional.empty(); // Whoever reads that one will hear of it.
    }
  }
}
