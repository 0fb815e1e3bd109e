package dev.varve.runner.publish;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.MediaTypes;
import dev.varve.registry.Repository;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Finds the images of an index, which clients of a signed index may pull. */
public final class IndexedImages {
  private IndexedImages() {}

  /**
   * Returns the images of an index and of its nested indexes, then the index itself; for an image
   * only the image.
   */
  public static Set<Descriptor> of(Repository repository, Descriptor root) throws IOException {
    Set<Descriptor> all = new LinkedHashSet<>();
    if (MediaTypes.isIndex(root.mediaType())) {
      for (Descriptor each : repository.index(root).manifests()) {
        all.addAll(of(repository, new Descriptor(each.mediaType(), each.digest(), each.size())));
      }
    }
    all.add(root);
    return all;
  }
}
