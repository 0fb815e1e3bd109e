package dev.varve.core.filetree;

import dev.varve.core.bytes.Remedy;
import dev.varve.core.image.Descriptor;
import java.io.IOException;
import java.util.Collection;

/**
 * How much an image's layers may hold, so that a small blob can't fill the disk or take hours. A
 * layer may in any case hold {@value #RATIO} times its compressed size.
 *
 * @param contents the bytes that a layer's files may take on disk while they are read: compressed
 *     lightly, runs of zeros not counted, whether a tar has them as holes or byte by byte
 * @param size the bytes that all layers together may have uncompressed, and that all their files
 *     may have, runs of zeros counted: to hash those takes time
 * @param memory the bytes that names and attributes may take in memory
 */
public record LayerLimits(long contents, long size, long memory) {
  /** More than this, and more than so many times the blob, is no operating system. */
  private static final int RATIO = 300;

  private static final long CONTENTS = 1L << 30;

  /** A minute or two of hashing. */
  private static final long SIZE = 64L << 30;

  /** What any operating system keeps within. */
  public static final LayerLimits DEFAULT = of(0);

  /** The usual limits, raised so that a layer may have this many bytes. */
  public static LayerLimits of(long layerSize) {
    return new LayerLimits(
        Math.max(layerSize, CONTENTS), Math.max(layerSize, SIZE), Runtime.getRuntime().maxMemory());
  }

  /** What a layer's files may take on disk, for a blob of so many bytes. */
  long contents(long blobSize) {
    return Math.max(contents, times(blobSize));
  }

  /** What the layers may have uncompressed, for blobs of so many bytes in all. */
  private long size(long blobSizes) {
    return Math.max(size, times(blobSizes));
  }

  /** What the layers may have uncompressed. */
  long size(Collection<Descriptor> blobs) {
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
   * Whether a layer may turn out to be too much to read again, so that it has to be tried.
   *
   * @param tarSize its uncompressed bytes
   */
  public boolean isDoubtful(long tarSize, long blobSize) {
    return tarSize > contents(blobSize);
  }

  /**
   * Checks that layers which are to be published can be read again.
   *
   * @param tarSizes their uncompressed bytes in all
   * @throws IOException if not
   */
  public void requireReadable(long tarSizes, Collection<Descriptor> blobs) throws IOException {
    long most = size(blobs);
    if (tarSizes > most) {
      throw new MalformedLayerException(
          "the layers have "
              + tarSizes
              + " bytes uncompressed, and none would read more than "
              + most
              + " of so few compressed ones again",
          Remedy.LARGER_LAYERS);
    }
  }

  /** What is wrong with a layer whose files take too much. */
  static MalformedLayerException bomb(String name, String what, long most) {
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
