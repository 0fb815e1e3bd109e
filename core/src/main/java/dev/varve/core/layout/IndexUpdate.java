package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Computes a layout's index after adding an image: the image takes over its tags, its artifacts
 * follow, and artifacts whose subject is no longer in the index are removed. All other entries are
 * kept, with unknown fields.
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

  /** Returns the index of a new layout. */
  static byte[] ofNew(List<Descriptor> images, List<Descriptor> artifacts) {
    return ImageIndex.EMPTY.withManifests(all(images, artifacts)).toBytes();
  }

  /**
   * Returns the index that replaces {@code before}.
   *
   * @param blobs contains the manifests of {@code before}
   * @param images the entries of the image, one for each tag
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
    for (Descriptor image : images) {
      addWithChildren(image, 0);
    }
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

  private void findPresent(List<Entry> entries) throws IOException {
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

  private void addWithChildren(Descriptor entry, int depth) throws IOException {
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
    } catch (FileSystemException e) {
      throw e; // without the children, their artifacts would be removed
    } catch (IOException e) {
      // Reading that image reports the error.
    }
  }

  /** Returns the subject of an artifact; empty for entries that are always kept. */
  private Optional<Digest> subject(Descriptor entry) {
    if (!MediaTypes.isManifest(entry.mediaType()) || !OciLayout.tag(entry).isEmpty()) {
      return Optional.empty();
    }
    try {
      return blobs.manifest(entry).subject().map(Descriptor::digest);
    } catch (IOException e) {
      return Optional.empty(); // Reading that artifact reports the error.
    }
  }
}
