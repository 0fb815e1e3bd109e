package dev.varve.core.tardiff;

import dev.varve.core.compress.CorruptPatchException;
import dev.varve.core.compress.ZstdPatch;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Applies operations: reads the sources, writes the result. */
final class Application implements OperationHandler, Closeable {
  /** Small, because binary differences jump back and forth in a source. */
  private static final int READ_AHEAD = 1 << 12;

  /** Counted for opening a source, however small, because it takes time. */
  private static final long OPENING = 1 << 12;

  private final SourceFiles sources;
  private final Result result;
  private final ErrorLocation location;

  /** The bytes of sources that may still be opened or read whole. */
  private long sourcesLeft;

  private final byte[] piece = new byte[1 << 16];
  private final byte[] added = new byte[1 << 16];
  private final byte[] readAhead = new byte[READ_AHEAD];
  private @Nullable CurrentSource source;

  Application(SourceFiles sources, Result result, long sourcesLeft, ErrorLocation location) {
    this.sources = sources;
    this.result = result;
    this.sourcesLeft = sourcesLeft;
    this.location = location;
  }

  @Override
  public void data(long size, OperationBytes bytes) throws IOException {
    result.expect(size);
    pass(bytes);
  }

  @Override
  public void open(String path) throws IOException {
    close();
    SourceFile file = sources.open(path);
    source = new CurrentSource(path, file, readAhead, location);
    take(Math.max(file.size(), OPENING));
  }

  @Override
  public void copy(long size) throws IOException {
    CurrentSource from = source();
    from.expect(size);
    result.expect(size);
    for (long left = size; left > 0; ) {
      int n = (int) Math.min(left, piece.length);
      from.read(piece, n);
      result.write(piece, n);
      left -= n;
    }
  }

  @Override
  public void add(long size, OperationBytes bytes) throws IOException {
    CurrentSource from = source();
    from.expect(size);
    result.expect(size);
    int n;
    while ((n = bytes.read(added, 0, added.length)) >= 0) {
      from.read(piece, n);
      for (int i = 0; i < n; i++) {
        piece[i] += added[i];
      }
      result.write(piece, n);
    }
  }

  @Override
  public void seek(long position) throws IOException {
    source().seek(position);
  }

  @Override
  public void patch(long size, OperationBytes frame) throws IOException {
    byte[] header = frame.readNBytes(ZstdPatch.HEADER);
    OptionalLong target = ZstdPatch.targetSize(header);
    if (target.isPresent()) {
      result.expect(target.getAsLong());
    }
    take(source().size());
    byte[] whole = source().readWhole(ZstdPatch.MAX_SIZE);
    InputStream all = new SequenceInputStream(new ByteArrayInputStream(header), frame);
    try (InputStream decoded = ZstdPatch.decode(whole, all)) {
      pass(decoded);
    } catch (CorruptPatchException e) {
      throw location.malformed(e);
    }
  }

  /** Closes the source, if one is open. */
  @Override
  public void close() throws IOException {
    CurrentSource last = source;
    source = null;
    if (last != null) {
      last.close();
    }
  }

  /** Counts bytes of a source, which is read whole or copied to be read in places. */
  private void take(long bytes) throws IOException {
    sourcesLeft -= bytes;
    if (sourcesLeft < 0) {
      throw location.malformed("expected sources of fewer bytes in all");
    }
  }

  private void pass(InputStream bytes) throws IOException {
    int n;
    while ((n = bytes.read(piece, 0, piece.length)) >= 0) {
      result.write(piece, n);
    }
  }

  private CurrentSource source() {
    return Objects.requireNonNull(source);
  }
}
