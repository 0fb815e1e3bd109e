package dev.varve.core.delta;

import dev.varve.core.delta.SourceIndex.OldFile;
import dev.varve.core.delta.UnpackedTar.Body;
import dev.varve.core.tardiff.SourceFile;
import dev.varve.core.tardiff.TarDiffVersion;
import dev.varve.core.tardiff.TarDiffWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the tar-diff of one layer: the tar's headers as they are, and each content from the file
 * of the old image that {@link SourceIndex} chooses. Memory is bounded: a large file is compared
 * piece by piece, each with the part of the old file around the same place, and only one large file
 * at a time, whatever the number of layers.
 */
final class LayerDiff {
  /** Naming a file costs as much as a shorter content. */
  private static final int SHORTEST = 32;

  /** The largest piece of a new file that is compared at once, in bytes. */
  private static final int PIECE = 8 << 20;

  /** The largest part of an old file that a piece is compared with, in bytes. */
  static final int WINDOW = 32 << 20;

  /** The size of an old and a new file together from which they count as large, in bytes. */
  private static final long LARGE = 16 << 20;

  private final UnpackedTar tar;
  private final SourceIndex sources;
  private final TarDiffWriter diff;
  private final Set<OldFile> patched;
  private final Path scratch;
  private final Comparison small = new Comparison();
  private final Comparison large;
  private final byte[] buffer = new byte[1 << 16];

  private LayerDiff(
      UnpackedTar tar,
      SourceIndex sources,
      TarDiffWriter diff,
      Set<OldFile> patched,
      Path scratch,
      Comparison large) {
    this.tar = tar;
    this.sources = sources;
    this.diff = diff;
    this.patched = patched;
    this.scratch = scratch;
    this.large = large;
  }

  /**
   * Writes all operations.
   *
   * @param patched receives the files of the old image whose content changed
   * @param scratch the directory for large files
   * @param large memory for large files, locked while one is compared; the same for all layers
   */
  static void write(
      UnpackedTar tar,
      SourceIndex sources,
      TarDiffWriter diff,
      Set<OldFile> patched,
      Path scratch,
      Comparison large)
      throws IOException {
    LayerDiff layer = new LayerDiff(tar, sources, diff, patched, scratch, large);
    long at = 0;
    for (Body body : tar.bodies()) {
      layer.data(at, body.offset());
      layer.content(body);
      at = body.offset() + body.size();
    }
    layer.data(at, tar.size());
  }

  private void data(long from, long to) throws IOException {
    for (long at = from; at < to; ) {
      int n = (int) Math.min(buffer.length, to - at);
      tar.read(at, buffer, n);
      diff.data(buffer, 0, n);
      at += n;
    }
  }

  private void content(Body body) throws IOException {
    Optional<OldFile> same = sources.same(body.path(), body.digest());
    Optional<OldFile> source = same.isPresent() ? same : sources.similar(body.path(), body.size());
    if (body.size() < SHORTEST || source.isEmpty()) {
      data(body.offset(), body.offset() + body.size());
      return;
    }
    diff.open(source.get().path());
    if (same.isPresent()) {
      diff.copy(body.size());
      return;
    }
    patched.add(source.get());
    try (SourceFile before = ContentFile.of(source.get().content(), scratch)) {
      if (before.size() + body.size() < LARGE) {
        patch(before, body, small);
        return;
      }
      synchronized (large) {
        patch(before, body, large);
      }
    }
  }

  private void patch(SourceFile before, Body body, Comparison memory) throws IOException {
    boolean mayBeFrame =
        diff.version() == TarDiffVersion.TWO && body.size() <= PIECE && before.size() <= WINDOW;
    int windowLength = (int) Math.min(WINDOW, before.size());
    long inWindow = -1;
    for (long at = 0; at < body.size(); at += PIECE) {
      int length = (int) Math.min(PIECE, body.size() - at);
      memory.readPiece(tar, body.offset() + at, length);
      long start = windowStart(at, length, before.size(), body.size());
      if (start != inWindow) {
        memory.readWindow(before, start, windowLength);
        inWindow = start;
      }
      if (mayBeFrame) {
        FilePatch.writeSmaller(memory, diff);
      } else {
        FilePatch.write(memory, start, diff);
      }
    }
  }

  /** Returns where the part of the old file begins that is around the place of a piece. */
  static long windowStart(long at, int length, long beforeSize, long afterSize) {
    if (beforeSize <= WINDOW) {
      return 0;
    }
    double place = (double) at / afterSize * beforeSize;
    long start = (long) place - (WINDOW - length) / 2;
    return Math.max(0, Math.min(start, beforeSize - WINDOW));
  }
}
