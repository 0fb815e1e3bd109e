package dev.varve.core.compress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.IoFunction;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The decoders of compressed data, and the encoder that is Varve's own. */
public final class CompressTargets implements FuzzTargets {
  /** More bytes than this are not read: the decoders stream, and their users limit the result. */
  private static final long MOST = 32L << 20;

  private static final byte[] TEXT =
      "a text, and a text, and another text\n".repeat(9).getBytes(UTF_8);
  private static final byte[] SOURCE = "a text, and another\n".repeat(20).getBytes(UTF_8);

  @Override
  public List<FuzzTarget> targets() throws IOException {
    byte[] gzip = compressed("gzip:9", TEXT);
    byte[] zstd = compressed("zstd:3", TEXT);
    return List.of(
        new FuzzTarget(
            "gzip", CompressTargets::decompress, List.of(gzip, joined(gzip, gzip), TEXT)),
        new FuzzTarget(
            "zstd",
            CompressTargets::decompress,
            List.of(zstd, joined(zstd, zstd), compressed("zstd:3", new byte[1 << 20]))),
        new FuzzTarget(
            "zstd-patch",
            CompressTargets::decodePatch,
            List.of(ZstdPatch.create(SOURCE, TEXT, 3), ZstdPatch.create(SOURCE, new byte[0], 3))),
        new FuzzTarget("deflate-encoder", CompressTargets::compressAndBack, List.of(TEXT)),
        FuzzTarget.ofText(
            "compression-name", CompressTargets::parseName, "gzip", "gzip:9", "zstd:19", "none"));
  }

  private static byte[] compressed(String compression, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressor = Compression.parse(compression).compress(out)) {
      compressor.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static void decompress(byte[] blob) throws IOException {
    drain(in -> Decompression.open(in, "it"), blob);
  }

  private static void decodePatch(byte[] frame) throws IOException {
    ZstdPatch.targetSize(Arrays.copyOf(frame, Math.min(frame.length, ZstdPatch.HEADER)));
    drain(in -> ZstdPatch.decode(SOURCE, in), frame);
  }

  private static void drain(IoFunction<InputStream, InputStream> decoder, byte[] input)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (InputStream content = decoder.apply(new ByteArrayInputStream(input))) {
      long count = 0;
      for (int n; count < MOST && (n = content.read(buffer)) >= 0; ) {
        count += n;
      }
    }
  }

  private static void compressAndBack(byte[] content) throws IOException {
    String level = Integer.toString(1 + (content.length == 0 ? 0 : (content[0] & 0xFF) % 9));
    byte[] blob = compressed("gzip:" + level, content);
    try (InputStream back = new GZIPInputStream(new ByteArrayInputStream(blob))) {
      assertThat(back.readAllBytes()).isEqualTo(content);
    }
  }

  private static void parseName(byte[] name) throws IOException {
    Optional<Compression> parsed;
    try {
      parsed = Optional.of(Compression.parse(new String(name, UTF_8)));
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
    assertThat(Compression.parse(parsed.get().toString())).isEqualTo(parsed.get());
  }
}
