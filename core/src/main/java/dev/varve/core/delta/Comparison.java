package dev.varve.core.delta;

import dev.varve.core.bindiff.BlockIndex;

/**
 * Memory for comparing two files, used again for the next two. It grows to the largest files, and
 * is used by one thread at a time.
 */
final class Comparison {
  private final BlockIndex index = new BlockIndex();
  private byte[] window = new byte[0];
  private byte[] piece = new byte[0];

  /** Where the blocks of the old file are. */
  BlockIndex index() {
    return index;
  }

  /** Returns an array of at least this length for the old file. */
  byte[] window(int length) {
    if (window.length < length) {
      window = new byte[length];
    }
    return window;
  }

  /** Returns an array of at least this length for the new file. */
  byte[] piece(int length) {
    if (piece.length < length) {
      piece = new byte[length];
    }
    return piece;
  }
}
