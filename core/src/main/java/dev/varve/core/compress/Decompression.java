package dev.varve.core.compress;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Decompresses blobs in any of the known formats. */
public final class Decompression {
  private static final int BUFFER = 1 << 16;

  /** Limits memory to windows of 512 MiB, which is skopeo's limit too. */
  private static final int MAX_WINDOW_LOG = 29;

  static final String MAX_WINDOW = "512 MiB";

  private Decompression() {}

  /**
   * Detects the compression of a stream and decompresses it: gzip (one or more members), zstd (one
   * or more frames, skippable frames as in zstd:chunked, windows up to 512 MiB), or none.
   *
   * <p>Reading fails if the compressed data is corrupt or truncated. The content's digest is not
   * verified; an underlying stream may do so. Exceptions of {@code in} are passed on. At the end of
   * the returned stream, {@code in} has been read to its end too.
   *
   * @param in the blob; not closed
   * @param name the blob's name for error messages, such as its digest
   * @return the blob's content; closing the stream frees the decoder and leaves {@code in} open
   * @throws IOException if reading fails, or if the blob is compressed with bzip2, xz or lz4, which
   *     layers may not be
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
              "decompressing %s: expected gzip, zstd or a plain tar, got %s"
                  .formatted(name, magic.label()));
    };
  }

  /**
   * Decompresses a zstd stream: one or more frames, windows up to 512 MiB. Otherwise as {@link
   * #open}.
   *
   * @param in the compressed stream; not closed
   * @param name the stream's name for error messages
   * @return the content; closing the stream frees the decoder and leaves {@code in} open
   * @throws IOException if reading fails, or if the stream does not start like zstd
   */
  public static InputStream openZstd(InputStream in, String name) throws IOException {
    PeekedInput input = new PeekedInput(in);
    byte[] start = input.peeked();
    Magic magic = Magic.of(start);
    if (magic != Magic.ZSTD) {
      String other = start.length == 0 ? "nothing" : "other data";
      String got = magic == Magic.NONE ? other : magic.label();
      throw new IOException("decompressing %s: expected zstd, got %s".formatted(name, got));
    }
    return new DecompressedInput(Decompression::zstd, input, "zstd", name);
  }

  private static InputStream zstd(InputStream in) throws IOException {
    ZstdLibrary.load();
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
