package dev.varve.core.compress;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Reads a blob in the clear, whatever it is compressed with. */
public final class Decompression {
  private static final int BUFFER = 1 << 16;

  /** Windows of up to 512 MiB, which skopeo reads as well; a window is memory. */
  private static final int MAX_WINDOW_LOG = 29;

  static final String MAX_WINDOW = "512 MiB";

  private Decompression() {}

  /**
   * Detects how a stream is compressed and decompresses it: gzip (also of several members), zstd
   * (also of several frames, or with skippable ones, as zstd:chunked has, and of windows up to 512
   * MiB), or not at all.
   *
   * <p>Reading fails where the compressed data is corrupt or ends early; that it is the right data
   * is for a stream below to verify. Failures of {@code in} come through as they are. Where the
   * returned stream ends, {@code in} has been read to its end too.
   *
   * @param in the blob; not closed
   * @param name what to call the blob in error messages, such as its digest
   * @return what the blob holds; closing it frees the decoder and leaves {@code in} open
   * @throws IOException if reading fails, or if the blob is compressed with something no layer
   *     should be: bzip2, xz or lz4
   */
  public static InputStream open(InputStream in, String name) throws IOException {
    PeekedInput input = new PeekedInput(in);
    Magic magic = Magic.of(input.peeked());
    return switch (magic) {
      case NONE -> input;
      case GZIP -> new DecompressedInput(Decompression::gzip, input, "gzip", name);
      case ZSTD -> new DecompressedInput(Decompression::zstd, input, "zstd", name);
      case BZIP2, XZ, LZ4 ->
          throw new IOException(
              "decompressing %s: it is compressed with %s; expected gzip, zstd or a plain tar"
                  .formatted(name, magic.label()));
    };
  }

  private static InputStream zstd(InputStream in) throws IOException {
    return new ZstdInputStreamNoFinalizer(in).setLongMax(MAX_WINDOW_LOG);
  }

  private static InputStream gzip(InputStream in) throws IOException {
    return GzipCompressorInputStream.builder()
        .setInputStream(in)
        .setBufferSize(BUFFER)
        .setDecompressConcatenated(true)
        .get();
  }
}
