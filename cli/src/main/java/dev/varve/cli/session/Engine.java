package dev.varve.cli.session;

import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.TreeSource;
import dev.varve.runner.RechunkEngine;
import dev.varve.runner.builtin.BuiltinEngine;
import java.io.Closeable;
import java.io.IOException;

/** An engine that was chosen, with the way it gets at the source. */
public interface Engine extends Closeable {
  /** The one that needs nothing else. */
  Engine BUILTIN =
      new Engine() {
        @Override
        public RechunkEngine rechunker() {
          return new BuiltinEngine();
        }

        @Override
        public TreeSource source(Reference reference, Transports transports, Scratch scratch)
            throws IOException {
          return transports.tree(reference);
        }

        @Override
        public void close() {}
      };

  /** What does the work. */
  RechunkEngine rechunker() throws IOException;

  /** Opens what is to be rechunked, to be closed. */
  TreeSource source(Reference reference, Transports transports, Scratch scratch) throws IOException;
}
