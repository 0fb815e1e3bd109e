package dev.varve.core.delta;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.state.PublishedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Reads the files of an old image that can be sources. In an image by Varve no layer hides a file
 * of another layer, and the new image has the files of a kept layer already, so kept layers are not
 * read.
 */
final class SourceLayers {
  private SourceLayers() {}

  /**
   * Reads the files.
   *
   * @param kept the diffIDs of layers that the new image has
   * @return a tree that the caller closes
   */
  static LayeredTree read(
      ImageSource image, Set<Digest> kept, Path scratch, LayerLimits limits, Progress progress)
      throws IOException {
    List<Digest> diffIds = image.config().diffIds();
    boolean isDisjoint =
        PublishedImage.attachedState(image)
            .filter(state -> state.layers().stream().noneMatch(SourceLayers::isAppended))
            .isPresent();
    return LayeredTree.read(
        image,
        layer -> !isDisjoint || !kept.contains(diffIds.get(layer)),
        scratch,
        progress,
        limits);
  }

  private static boolean isAppended(LayerState layer) {
    return layer.components().contains(Component.APPENDED);
  }
}
