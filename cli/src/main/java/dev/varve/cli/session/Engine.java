package dev.varve.cli.session;

import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.TreeSource;
import dev.varve.runner.RechunkEngine;
import dev.varve.runner.builtin.BuiltinEngine;
import dev.varve.runner.builtin.BuiltinOptions;
import java.io.Closeable;
import java.io.IOException;

/** An engine and its way to open the source. */
public interface Engine extends Closeable {
  /** The built-in engine. */
  static Engine builtin(BuiltinOptions options) {
    return new Engine() {
      @Override
      public RechunkEngine rechunker() {
        return new BuiltinEngine(options);
      }

      @Override
      public TreeSource source(Reference reference, Transports transports, Scratch scratch)
          throws IOException {
        return transports.tree(reference);
      }

      @Override
      public void close() {}
    };
  }

  /** The engine itself. */
  RechunkEngine rechunker() throws IOException;

  /** Opens the image to rechunk; the caller closes it. */
  TreeSource source(Reference reference, Transports transports, Scratch scratch) throws IOException;
}
