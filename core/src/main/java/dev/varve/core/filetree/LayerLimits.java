package dev.varve.core.filetree;

import dev.varve.core.bytes.Remedy;
import dev.varve.core.image.Descriptor;
import java.io.IOException;
import java.util.Collection;

/**
 * Limits on the size of an image's layers, which prevent a small blob from filling the disk or
 * taking hours. A layer may always have {@value #RATIO} times its compressed size.
 *
 * @param contents the bytes that a layer's files may take in the scratch directory, lightly
 *     compressed, except for the first ones, up to 16 times the size of the compressed layer; runs
 *     of zeros don't count, whether stored as holes or as bytes
 * @param size the limit on the uncompressed bytes of all layers together, and on the total size of
 *     all files; runs of zeros count, because hashing them takes time
 * @param memory the bytes that names and attributes may take in memory
 */
public record LayerLimits(long contents, long size, long memory) {
  /** A larger ratio of uncompressed to compressed bytes, above the other limits, is refused. */
  private static final int RATIO = 300;

  private static final long CONTENTS = 1L << 30;

  /** Takes a minute or two to hash. */
  private static final long SIZE = 64L << 30;

  /** The default limits, above the needs of any operating system. */
  public static final LayerLimits DEFAULT = of(0);

  /** Returns the default limits, raised to permit a layer of this many bytes. */
  public static LayerLimits of(long layerSize) {
    return new LayerLimits(
        Math.max(layerSize, CONTENTS), Math.max(layerSize, SIZE), Runtime.getRuntime().maxMemory());
  }

  /** Returns the limit on disk space for the files of a layer, given the size of its blob. */
  public long contents(long blobSize) {
    return Math.max(contents, times(blobSize));
  }

  /** Returns the limit on uncompressed bytes, given the total size of the blobs. */
  private long size(long blobSizes) {
    return Math.max(size, times(blobSizes));
  }

  /** Returns the limit on uncompressed bytes of layers. */
  public long size(Collection<Descriptor> blobs) {
    long sum = 0;
    for (Descriptor blob : blobs) {
      sum = Math.min(Long.MAX_VALUE / 2, sum) + Math.min(Long.MAX_VALUE / 2, blob.size());
    }
    return size(sum);
  }

  private static long times(long bytes) {
    return Math.min(bytes, Long.MAX_VALUE / RATIO) * RATIO;
  }

  /**
   * Returns whether a layer may exceed the limits when it is read again; such a layer must be
   * tested.
   *
   * @param tarSize the layer's uncompressed size in bytes
   */
  public boolean isDoubtful(long tarSize, long blobSize) {
    return tarSize > contents(blobSize);
  }

  /**
   * Checks that layers to be published can be read again.
   *
   * @param tarSizes the total uncompressed size in bytes
   * @throws IOException if the layers exceed the limits
   */
  public void requireReadable(long tarSizes, Collection<Descriptor> blobs) throws IOException {
    long most = size(blobs);
    if (tarSizes > most) {
      throw new MalformedLayerException(
          "the layers have "
              + tarSizes
              + " uncompressed bytes: for their compressed size, expected at most "
              + most
              + ", which is what a later build reads",
          Remedy.LARGER_LAYERS);
    }
  }

  /** Returns the exception for a layer that exceeds a limit. */
  public static MalformedLayerException bomb(String name, String what, long most) {
    return new MalformedLayerException(
        "decompressing "
            + name
            + ": "
            + what
            + " more than "
            + most
            + " bytes, over "
            + RATIO
            + " times its size; that is a decompression bomb",
        Remedy.LARGER_LAYERS);
  }
}
