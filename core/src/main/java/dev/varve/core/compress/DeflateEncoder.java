package dev.varve.core.compress;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes one <a href="https://www.rfc-editor.org/rfc/rfc1951">DEFLATE</a> stream. The result
 * depends on the content and the level only: not on the sizes of writes, the machine or the JDK.
 *
 * <p>The bytes go through a {@linkplain DeflateWindow window}; a {@link Parser} makes tokens of
 * them, {@link Blocks} gathers the tokens in blocks, and a {@link BlockWriter} writes these. All of
 * it takes some 600 kB.
 */
final class DeflateEncoder implements Encoder {
  private final DeflateWindow window;
  private final Parser parser;
  private final Blocks blocks;

  /** Creates an encoder; {@code level} is 1 to 9. */
  DeflateEncoder(OutputStream out, int level) {
    this(out, level, new DeflateWindow());
  }

  /** Creates an encoder with an empty window. */
  DeflateEncoder(OutputStream out, int level, DeflateWindow window) {
    this.window = window;
    parser = new Parser(window, DeflateLevel.of(level));
    blocks = new Blocks(window, out);
  }

  @Override
  public void encode(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      done += window.fill(bytes, offset + done, length - done);
      parse(window.endOfParsable());
    }
  }

  @Override
  public void finish() throws IOException {
    parse(window.end());
    blocks.finish();
  }

  private void parse(int stop) throws IOException {
    while (window.next() < stop) {
      blocks.parse(parser, stop);
    }
  }
}
