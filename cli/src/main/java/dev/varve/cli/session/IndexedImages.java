package dev.varve.cli.session;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.MediaTypes;
import dev.varve.registry.Repository;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/** The images below an index: who trusts the index may be given any of them. */
public final class IndexedImages {
  private IndexedImages() {}

  /** What an index lists, with what that lists, and then itself; of an image, itself alone. */
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
