package dev.varve.core.compress;

import com.github.luben.zstd.util.ZstdVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * A compression algorithm and level for layers. Parsed from and printed as "none", "gzip:6" or
 * "zstd:6".
 *
 * @param algorithm the algorithm
 * @param level the level: gzip 1 to 9, zstd 1 to 19, none 0
 */
public record Compression(Algorithm algorithm, int level) {
  /** The compression algorithms for layers. */
  public enum Algorithm {
    /** No compression: a plain tar. */
    NONE(0, 0, 0, ""),
    /** <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>. */
    GZIP(1, 9, 6, "+gzip"),
    /**
     * <a href="https://www.rfc-editor.org/rfc/rfc8878">RFC 8878</a>. Levels above 19 need windows
     * that some decoders refuse.
     */
    ZSTD(1, 19, 6, "+zstd");

    private final int minLevel;
    private final int maxLevel;
    private final int defaultLevel;
    private final String mediaTypeSuffix;

    Algorithm(int minLevel, int maxLevel, int defaultLevel, String mediaTypeSuffix) {
      this.minLevel = minLevel;
      this.maxLevel = maxLevel;
      this.defaultLevel = defaultLevel;
      this.mediaTypeSuffix = mediaTypeSuffix;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String ACCEPTED =
      "none, gzip[:LEVEL] (1 to 9, default 6) or zstd[:LEVEL] (1 to 19, default 6)";

  /** A window of 8 MiB, the largest that every decoder accepts. */
  private static final int ZSTD_WINDOW_LOG = 23;

  /** Raised by a change of {@link DeflateEncoder} that changes its bytes. */
  private static final String DEFLATE = "varve-deflate 1";

  /**
   * Checks the level.
   *
   * @throws IllegalArgumentException if the algorithm has no such level
   */
  public Compression {
    if (level < algorithm.minLevel || level > algorithm.maxLevel) {
      throw notAccepted(algorithm + ":" + level);
    }
  }

  /**
   * Parses a compression.
   *
   * @param text such as "zstd", "zstd:9", "gzip:6" or "none"
   * @return the compression, with the algorithm's default level if the text has none
   * @throws IllegalArgumentException if the text is invalid; the message lists the valid forms
   */
  public static Compression parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String level = colon < 0 ? "" : text.substring(colon + 1);
    for (Algorithm algorithm : Algorithm.values()) {
      if (!algorithm.toString().equals(name)) {
        continue;
      }
      if (colon < 0) {
        return new Compression(algorithm, algorithm.defaultLevel);
      }
      if (algorithm != Algorithm.NONE && level.matches("[0-9]{1,2}")) {
        return new Compression(algorithm, Integer.parseInt(level));
      }
    }
    throw notAccepted(text);
  }

  /**
   * Returns a stream that compresses its bytes into {@code out}, as one gzip member or zstd frame.
   * The result depends only on the content, this compression and {@link #producer}. The sizes of
   * writes don't matter, and flushes do nothing.
   *
   * @param out not closed
   * @return a stream that must be closed, because zstd holds native memory; closing it completes
   *     the compressed data and flushes {@code out}, without closing {@code out}
   * @throws IOException if writing fails
   */
  public OutputStream compress(OutputStream out) throws IOException {
    return new ChunkedOutputStream(
        switch (algorithm) {
          case NONE -> new PlainEncoder(out);
          case GZIP -> new GzipEncoder(out, level);
          case ZSTD -> new ZstdEncoder(out, level, ZSTD_WINDOW_LOG);
        },
        out);
  }

  /**
   * The implementation of the algorithm, to be recorded with compressed bytes: another version may
   * produce other bytes.
   *
   * @return name and version, such as "zstd-jni 1.5.7-28 long"; "" without compression
   */
  public String producer() {
    return switch (algorithm) {
      case NONE -> "";
      case GZIP -> DEFLATE;
      case ZSTD -> "zstd-jni " + ZstdVersion.VERSION + " long";
    };
  }

  /**
   * The suffix of OCI's media type for layers.
   *
   * @return "", "+gzip" or "+zstd"
   */
  public String mediaTypeSuffix() {
    return algorithm.mediaTypeSuffix;
  }

  @Override
  public String toString() {
    return algorithm == Algorithm.NONE ? "none" : algorithm + ":" + level;
  }

  private static IllegalArgumentException notAccepted(String text) {
    return new IllegalArgumentException("unknown compression '" + text + "': expected " + ACCEPTED);
  }
}
