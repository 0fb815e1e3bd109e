package dev.varve.core.delta;

import dev.varve.core.bindiff.Step;
import dev.varve.core.bytes.CountedOutput;
import dev.varve.core.compress.ZstdPatch;
import dev.varve.core.tardiff.TarDiffVersion;
import dev.varve.core.tardiff.TarDiffWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;

/** Writes the operations that make a new file, or a piece of it, from an old file. */
final class FilePatch {
  /** Fewer equal bytes between changed ones are added as zeros, for each operation takes bytes. */
  private static final int SHORTEST_COPY = 4;

  private static final int WINDOW_LOG = 23;

  private final byte[] window;
  private final byte[] piece;
  private final TarDiffWriter diff;
  private final byte[] differences = new byte[1 << 16];

  private FilePatch(byte[] window, byte[] piece, TarDiffWriter diff) {
    this.window = window;
    this.piece = piece;
    this.diff = diff;
  }

  /**
   * Writes the operations of a binary diff.
   *
   * @param compared the piece of the new file, and the part of the old file, which is open
   * @param start where the part begins in the old file, in bytes
   */
  static void write(Comparison compared, long start, TarDiffWriter diff) throws IOException {
    new FilePatch(compared.window(), compared.piece(), diff).write(compared.steps(), start);
  }

  /**
   * Writes a binary diff or a zstd frame, whichever is smaller when it is compressed alone.
   *
   * @param compared the whole new file, and the whole old file, which is open
   */
  static void writeSmaller(Comparison compared, TarDiffWriter diff) throws IOException {
    byte[] before = Arrays.copyOf(compared.window(), compared.windowLength());
    byte[] after = Arrays.copyOf(compared.piece(), compared.pieceLength());
    byte[] frame = ZstdPatch.create(before, after, DeltaCreation.LEVEL);
    try (CountedOutput compressed = new CountedOutput(OutputStream.nullOutputStream())) {
      try (TarDiffWriter alone =
          new TarDiffWriter(compressed, TarDiffVersion.ONE, DeltaCreation.LEVEL, WINDOW_LOG)) {
        alone.open("old");
        write(compared, 0, alone);
      }
      if (frame.length < compressed.count()) {
        diff.patch(frame, 0, frame.length, after.length);
        return;
      }
    }
    write(compared, 0, diff);
  }

  private void write(List<Step> steps, long start) throws IOException {
    int at = 0;
    for (Step step : steps) {
      if (step.matched() > 0) {
        diff.seek(start + step.position());
        writeMatched(step.position(), at, step.matched());
      }
      at += step.matched();
      diff.data(piece, at, step.fresh());
      at += step.fresh();
    }
  }

  /** Copies what is equal, and adds differences to the rest. */
  private void writeMatched(int position, int from, int length) throws IOException {
    int to = from + length;
    int pending = from; // the first byte that was not written
    for (int at = from; at < to; ) {
      int differs = Arrays.mismatch(window, position + at - from, position + length, piece, at, to);
      int equal = differs < 0 ? to - at : differs;
      if (equal >= SHORTEST_COPY || equal == length) {
        add(position + pending - from, pending, at - pending);
        diff.copy(equal);
        pending = at + equal;
      }
      at += equal + 1;
    }
    add(position + pending - from, pending, to - pending);
  }

  private void add(int position, int from, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int n = Math.min(differences.length, length - done);
      for (int i = 0; i < n; i++) {
        differences[i] = (byte) (piece[from + done + i] - window[position + done + i]);
      }
      diff.add(differences, 0, n);
      done += n;
    }
  }
}
