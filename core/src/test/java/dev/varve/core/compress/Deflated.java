package dev.varve.core.compress;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Bytes compressed by the encoder and decompressed by the JDK. */
final class Deflated {
  private Deflated() {}

  static byte[] deflate(byte[] content, int level) throws IOException {
    return deflate(content, level, List.of(1 << 16));
  }

  /** Compresses content, written in pieces of these sizes, which repeat. */
  static byte[] deflate(byte[] content, int level, List<Integer> writes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    encode(new DeflateEncoder(out, level), content, writes);
    return out.toByteArray();
  }

  static void encode(DeflateEncoder encoder, byte[] content, List<Integer> writes)
      throws IOException {
    int at = 0;
    for (int i = 0; at < content.length; i++) {
      int n = Math.min(content.length - at, writes.get(i % writes.size()));
      encoder.encode(content, at, n);
      at += n;
    }
    encoder.finish();
  }

  /** Decompresses a stream, and requires that nothing follows it. */
  static byte[] inflate(byte[] stream) throws IOException {
    Inflater inflater = new Inflater(true);
    try (InflaterInputStream in =
        new InflaterInputStream(new ByteArrayInputStream(stream), inflater)) {
      byte[] content = in.readAllBytes();
      if (inflater.getTotalIn() != stream.length) {
        throw new IOException("the stream ends at " + inflater.getTotalIn());
      }
      return content;
    } finally {
      inflater.end();
    }
  }
}
