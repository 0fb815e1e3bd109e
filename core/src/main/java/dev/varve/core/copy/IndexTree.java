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

/** An index with all images and indexes below it. */
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
   * Reads the index that a source's reference points to, and all indexes below it.
   *
   * @param activity the purpose of reading, for messages
   * @throws IOException also if an index lists something other than images and indexes
   */
  static IndexTree read(ImageSource from, String activity) throws IOException {
    Descriptor descriptor = from.index().orElseThrow();
    IndexTree tree = new IndexTree(from, activity, from.index(descriptor));
    tree.subjects.add(descriptor);
    tree.collect(tree.root);
    return tree;
  }

  /** Collects entries recursively; opening the source has checked the depth of nesting. */
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

  /** The top index. */
  ImageIndex root() {
    return root;
  }

  /** The nested indexes, each after the indexes that it lists. */
  List<ImageIndex> nested() {
    return List.copyOf(nested);
  }

  /** The images that the indexes list, in order. */
  List<Descriptor> images() {
    return List.copyOf(images);
  }

  /** All images and indexes; each may have artifacts. */
  List<Descriptor> subjects() {
    return List.copyOf(subjects);
  }
}
