package dev.varve.core.tardiff;

import dev.varve.core.compress.ZstdPatch;
import java.io.IOException;

/** Passes the parts of a result to a visitor, without reading the sources. */
final class Visit implements OperationHandler {
  private final TarDiffVisitor visitor;
  private final ResultSize result;
  private final byte[] piece = new byte[1 << 16];

  Visit(TarDiffVisitor visitor, ResultSize result) {
    this.visitor = visitor;
    this.result = result;
  }

  @Override
  public void data(long size, OperationBytes bytes) throws IOException {
    result.add(size);
    int n;
    while ((n = bytes.read(piece, 0, piece.length)) >= 0) {
      visitor.data(piece, n);
    }
  }

  @Override
  public void open(String path) throws IOException {
    visitor.source(path);
  }

  @Override
  public void copy(long size) throws IOException {
    result.add(size);
    visitor.made(size, 0);
  }

  @Override
  public void add(long size, OperationBytes bytes) throws IOException {
    result.add(size);
    long changed = 0;
    int n;
    while ((n = bytes.read(piece, 0, piece.length)) >= 0) {
      for (int i = 0; i < n; i++) {
        changed += piece[i] == 0 ? 0 : 1;
      }
    }
    visitor.made(size, changed);
  }

  @Override
  public void seek(long position) {}

  @Override
  public void patch(long size, OperationBytes frame) throws IOException {
    long target = ZstdPatch.targetSize(frame.readNBytes(ZstdPatch.HEADER)).orElse(size);
    result.add(target);
    visitor.made(target, Math.min(size, target));
  }
}
