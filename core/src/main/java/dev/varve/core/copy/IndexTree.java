package dev.varve.core.copy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.MediaTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What an index leads to: images, and indexes below it. */
final class IndexTree {
  private final ImageSource from;
  private final String activity;
  private final ImageIndex root;
  private final List<ImageIndex> nested = new ArrayList<>();
  private final List<Descriptor> images = new ArrayList<>();
  private final List<Descriptor> subjects = new ArrayList<>();
  private final Set<Digest> seen = new HashSet<>();

  private IndexTree(ImageSource from, String activity, ImageIndex root) {
    this.from = from;
    this.activity = activity;
    this.root = root;
  }

  /**
   * Reads the index that a source's reference led to.
   *
   * @param activity what it is read for, for messages
   * @throws IOException also if something other than images and indexes is listed
   */
  static IndexTree read(ImageSource from, String activity) throws IOException {
    Descriptor descriptor = from.index().orElseThrow();
    IndexTree tree = new IndexTree(from, activity, from.index(descriptor));
    tree.subjects.add(descriptor);
    tree.collect(tree.root);
    return tree;
  }

  /** Goes down; who opened the source has found that the indexes are not nested too deep. */
  private void collect(ImageIndex index) throws IOException {
    for (Descriptor child : index.manifests()) {
      if (!seen.add(child.digest())) {
        continue;
      }
      subjects.add(child);
      if (MediaTypes.isIndex(child.mediaType())) {
        ImageIndex below = from.index(child);
        collect(below);
        nested.add(below);
      } else if (MediaTypes.isManifest(child.mediaType())) {
        images.add(child);
      } else {
        throw new IOException(
            activity
                + ": expected an index of images and indexes, got "
                + child.mediaType()
                + " "
                + child.digest()
                + " in it");
      }
    }
  }

  /** The index at the top. */
  ImageIndex root() {
    return root;
  }

  /** The indexes below it, each after those that it lists. */
  List<ImageIndex> nested() {
    return List.copyOf(nested);
  }

  /** The images that any of them lists, in that order. */
  List<Descriptor> images() {
    return List.copyOf(images);
  }

  /** All of these, which may have artifacts. */
  List<Descriptor> subjects() {
    return List.copyOf(subjects);
  }
}
