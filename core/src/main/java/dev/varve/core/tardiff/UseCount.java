package dev.varve.core.tardiff;

import dev.varve.core.compress.ZstdPatch;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts bytes of operations, by source file. */
final class UseCount implements OperationHandler {
  private final SortedMap<String, SourceUse> uses = new TreeMap<>();
  private final ErrorLocation location;
  private String path = "";
  private long data;
  private long result;
  private boolean isResultKnown = true;

  UseCount(ErrorLocation location) {
    this.location = location;
  }

  @Override
  public void data(long size, OperationBytes bytes) throws IOException {
    data += size;
    emit(size);
  }

  @Override
  public void open(String newPath) {
    path = newPath;
    count(0, 0, 0);
  }

  @Override
  public void copy(long size) throws IOException {
    emit(size);
    count(size, 0, 0);
  }

  @Override
  public void add(long size, OperationBytes bytes) throws IOException {
    emit(size);
    count(0, size, 0);
  }

  @Override
  public void seek(long position) {}

  @Override
  public void patch(long size, OperationBytes frame) throws IOException {
    OptionalLong target = ZstdPatch.targetSize(frame.readNBytes(ZstdPatch.HEADER));
    isResultKnown &= target.isPresent();
    emit(target.orElse(0));
    count(0, 0, size);
  }

  /** Returns the paths of the files that were opened. */
  SortedSet<String> paths() {
    return new TreeSet<>(uses.keySet());
  }

  TarDiffSummary summary(TarDiffVersion version) {
    return new TarDiffSummary(
        version,
        data,
        List.copyOf(uses.values()),
        isResultKnown ? OptionalLong.of(result) : OptionalLong.empty());
  }

  private void count(long copied, long added, long patches) {
    uses.merge(
        path,
        new SourceUse(path, copied, added, patches),
        (a, b) ->
            new SourceUse(
                path, a.copied() + b.copied(), a.added() + b.added(), a.patches() + b.patches()));
  }

  /** Counts bytes of the result, the largest of the counts. */
  private void emit(long size) throws IOException {
    if (size > Long.MAX_VALUE - result) {
      throw location.malformed("expected a result below 2^63 bytes, got a larger one");
    }
    result += size;
  }
}
