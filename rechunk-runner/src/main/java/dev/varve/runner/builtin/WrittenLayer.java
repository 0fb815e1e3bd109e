package dev.varve.runner.builtin;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.plan.PlanState.LayerState;
import java.util.List;

/**
 * A layer that the sink has.
 *
 * @param blob the descriptor for the manifest
 * @param diffId the digest of the uncompressed tar
 * @param size the size of the uncompressed tar in bytes
 * @param components the names of the layer's components
 * @param reused whether the previous image has the blob
 */
record WrittenLayer(
    Descriptor blob, Digest diffId, long size, List<String> components, boolean reused) {

  LayerState state() {
    return new LayerState(diffId, size, components);
  }
}
