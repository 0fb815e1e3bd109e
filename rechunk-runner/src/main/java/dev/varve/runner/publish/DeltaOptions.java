package dev.varve.runner.publish;

import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.tardiff.TarDiffVersion;

/**
 * Options for the deltas of a published image. A delta leads from an image that clients may have to
 * the new image, and is attached to the new image.
 *
 * @param sources the number of images published before from which deltas are made; with 0 no deltas
 *     are made at all. Otherwise the images that the tags pointed to are sources, too.
 * @param kept the number of newest images whose deltas are kept, with the new one, at least 1; the
 *     deltas of earlier images are deleted
 * @param format the version of the tar-diffs
 * @param limits the limits for reading layers
 */
public record DeltaOptions(int sources, int kept, TarDiffVersion format, LayerLimits limits) {
  /** Makes and deletes no deltas. */
  public static final DeltaOptions NONE = from(0);

  /** Checks the numbers. */
  public DeltaOptions {
    if (sources < 0) {
      throw new IllegalArgumentException(
          "expected deltas from 0 or more images published before, got " + sources);
    }
    if (kept < 1) {
      throw new IllegalArgumentException(
          "expected the deltas of 1 or more images to be kept, got " + kept);
    }
  }

  /**
   * Returns options for deltas that all clients read.
   *
   * @param sources the number of images published before from which deltas are made
   */
  public static DeltaOptions from(int sources) {
    return new DeltaOptions(sources, 1, TarDiffVersion.ONE, LayerLimits.DEFAULT);
  }

  /** Returns whether deltas are made. */
  public boolean areWanted() {
    return sources > 0;
  }
}
