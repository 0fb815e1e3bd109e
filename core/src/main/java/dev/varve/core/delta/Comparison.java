package dev.varve.core.delta;

import dev.varve.core.bindiff.BinaryDiff;
import dev.varve.core.bindiff.BlockIndex;
import dev.varve.core.bindiff.Step;
import dev.varve.core.tardiff.SourceFile;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;

/**
 * A part of an old file and a piece of a new one, which are compared. The memory is used again for
 * the next two, and grows to the largest. Used by one thread at a time.
 */
final class Comparison {
  private final BlockIndex index = new BlockIndex();
  private byte[] window = new byte[0];
  private int windowLength;
  private byte[] piece = new byte[0];
  private int pieceLength;

  /** Reads the part of the old file. */
  void readWindow(SourceFile before, long start, int length) throws IOException {
    if (window.length < length) {
      window = new byte[length];
    }
    windowLength = length;
    for (int n = 0; n < length; ) {
      int read = before.read(start + n, window, n, length - n);
      if (read < 0) {
        throw new EOFException("reading a file of the old image: it is truncated");
      }
      n += read;
    }
  }

  /** Reads the piece of the new file, at an offset in the tar. */
  void readPiece(UnpackedTar tar, long offset, int length) throws IOException {
    if (piece.length < length) {
      piece = new byte[length];
    }
    pieceLength = length;
    tar.read(offset, piece, length);
  }

  /** The part of the old file, in the first {@link #windowLength} bytes. */
  byte[] window() {
    return window;
  }

  int windowLength() {
    return windowLength;
  }

  /** The piece of the new file, in the first {@link #pieceLength} bytes. */
  byte[] piece() {
    return piece;
  }

  int pieceLength() {
    return pieceLength;
  }

  /** Returns the steps that make the piece of the part. */
  List<Step> steps() {
    return BinaryDiff.of(window, windowLength, piece, pieceLength, index);
  }
}
