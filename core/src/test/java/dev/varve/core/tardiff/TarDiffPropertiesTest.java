package dev.varve.core.tardiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.compress.Decompression;
import dev.varve.core.compress.ZstdPatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

final class TarDiffPropertiesTest {
  private static final Map<String, byte[]> FILES =
      Map.of(
          "usr/bin/a", noise(1, 3000),
          "usr/lib/größer", noise(2, 300_000),
          "empty", new byte[0]);

  private static final SourceFiles SOURCES = TarDiffs.files(FILES);

  /** More than any calls make. */
  private static final long MOST = 1 << 26;

  private static final List<String> PATHS = FILES.keySet().stream().sorted().toList();

  /** A call of the writer; the numbers are cut to what the open file has. */
  record Call(Operation operation, int first, int second) {}

  @Property(tries = 300)
  void whatIsWrittenGivesTheResultThatTheCallsDescribe(@ForAll("calls") List<Call> calls)
      throws IOException {
    Model model = new Model();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarDiffWriter writer = new TarDiffWriter(out, TarDiffVersion.TWO, 1, 20)) {
      for (Call call : calls) {
        model.call(call, writer);
      }
      assertThat(writer.resultSize()).isEqualTo(model.result.size());
    }
    byte[] diff = out.toByteArray();
    byte[] expected = model.result.toByteArray();
    assertThat(TarDiffs.apply(diff, SOURCES, expected.length)).isEqualTo(expected);
    Visited visited = new Visited();
    TarDiffReader.visit(new ByteArrayInputStream(diff), "x", visited, expected.length);
    assertThat(visited.size).isEqualTo(expected.length);
    assertThat(FILES.keySet()).containsAll(visited.sources);
  }

  @Property(tries = 100)
  void sizesOfPiecesDoNotMatter(@ForAll("calls") List<Call> calls, @ForAll @IntRange(min = 1) int n)
      throws IOException {
    assertThat(written(calls, 1 + n % 5000)).isEqualTo(written(calls, Integer.MAX_VALUE));
  }

  /** Operations are changed before they are compressed, to get behind zstd's checksum. */
  @Property(tries = 1000)
  void changedOperationsAreRefusedOrGiveAtMostTheAllowedSize(
      @ForAll("calls") List<Call> calls,
      @ForAll("changes") List<Change> changes,
      @ForAll @IntRange(max = 1_000_000) int most)
      throws IOException {
    byte[] diff = written(calls, Integer.MAX_VALUE);
    byte[] operations = changed(operations(diff), changes);
    for (TarDiffVersion version : TarDiffVersion.values()) {
      applyAnyhow(TarDiffs.diff(version, operations), most);
    }
  }

  @Property(tries = 500)
  void aChangedTarDiffIsRefusedOrGivesAtMostTheAllowedSize(
      @ForAll("calls") List<Call> calls,
      @ForAll("changes") List<Change> changes,
      @ForAll @IntRange(max = 1_000_000) int most)
      throws IOException {
    applyAnyhow(changed(written(calls, Integer.MAX_VALUE), changes), most);
  }

  @Property(tries = 500)
  void operationsThatAreCutOffAreRefusedUnlessBetweenTwo(
      @ForAll("calls") List<Call> calls, @ForAll @IntRange(min = 0) int at) throws IOException {
    byte[] operations = operations(written(calls, Integer.MAX_VALUE));
    byte[] cut = Arrays.copyOf(operations, at % (operations.length + 1));
    byte[] whole = TarDiffs.apply(TarDiffs.diff(TarDiffVersion.TWO, operations), SOURCES, MOST);
    byte[] result;
    try {
      result = TarDiffs.apply(TarDiffs.diff(TarDiffVersion.TWO, cut), SOURCES, MOST);
    } catch (MalformedTarDiffException e) {
      return;
    }
    assertThat(result).isEqualTo(Arrays.copyOf(whole, result.length));
  }

  @Property(tries = 500)
  void noiseIsRefusedOrApplied(@ForAll @Size(max = 3000) byte[] noise) throws IOException {
    applyAnyhow(TarDiffs.diff(TarDiffVersion.TWO, noise), 10_000);
  }

  /** Nothing but an IOException may be thrown, and no more than the allowed size be written. */
  private static void applyAnyhow(byte[] diff, int most) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      TarDiffReader.apply(new ByteArrayInputStream(diff), "x", SOURCES, out, most);
    } catch (IOException e) {
      assertThat(e.getMessage()).matches("(?s)(reading x|decompressing x|opening .*): .*");
    }
    assertThat(out.size()).isLessThanOrEqualTo(most);
    Visited visited = new Visited();
    try {
      TarDiffReader.visit(new ByteArrayInputStream(diff), "x", visited, most);
    } catch (IOException e) {
      assertThat(e.getMessage()).matches("(?s)(reading|decompressing) x: .*");
    }
    assertThat(visited.size).isLessThanOrEqualTo(most);
  }

  private static byte[] operations(byte[] diff) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(diff);
    in.skipNBytes(TarDiffVersion.MAGIC_LENGTH);
    try (InputStream content = Decompression.openZstd(in, "x")) {
      return content.readAllBytes();
    }
  }

  private static byte[] changed(byte[] bytes, List<Change> changes) {
    byte[] changed = bytes;
    for (Change change : changes) {
      changed = change.apply(changed);
    }
    return changed;
  }

  /** Replaces some bytes; without any to replace, it inserts. */
  record Change(int at, boolean atStart, int removed, List<Byte> inserted) {
    byte[] apply(byte[] bytes) {
      int limit = atStart ? Math.min(100, bytes.length) : bytes.length;
      int from = at % (limit + 1);
      int to = Math.min(bytes.length, from + removed);
      return TarDiffs.joined(
          Arrays.copyOf(bytes, from), insertedBytes(), Arrays.copyOfRange(bytes, to, bytes.length));
    }

    private byte[] insertedBytes() {
      byte[] bytes = new byte[inserted.size()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = inserted.get(i);
      }
      return bytes;
    }
  }

  @Provide
  Arbitrary<List<Change>> changes() {
    return Combinators.combine(
            Arbitraries.integers().greaterOrEqual(0),
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, 3),
            Arbitraries.bytes().list().ofMaxSize(3))
        .as(Change::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  @Provide
  Arbitrary<List<Call>> calls() {
    Arbitrary<Operation> operations = Arbitraries.of(Operation.class);
    Arbitrary<Integer> numbers = Arbitraries.integers().between(0, 400_000);
    return Combinators.combine(operations, numbers, numbers).as(Call::new).list().ofMaxSize(30);
  }

  private static byte[] written(List<Call> calls, int piece) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarDiffWriter writer = new TarDiffWriter(out, TarDiffVersion.TWO, 1, 20)) {
      Model model = new Model();
      model.piece = piece;
      for (Call call : calls) {
        model.call(call, writer);
      }
    }
    return out.toByteArray();
  }

  private static byte[] noise(int seed, int length) {
    byte[] noise = new byte[length];
    new Random(seed).nextBytes(noise);
    return noise;
  }

  /** Counts what is visited. */
  private static final class Visited implements TarDiffVisitor {
    private final Set<String> sources = new TreeSet<>();
    private long size;

    @Override
    public void data(byte[] bytes, int length) {
      size += length;
    }

    @Override
    public void source(String path) {
      sources.add(path);
    }

    @Override
    public void made(long part, long changed) {
      assertThat(changed).isBetween(0L, part);
      size += part;
    }
  }

  /** Makes calls, and the result that they describe. */
  private static final class Model {
    final ByteArrayOutputStream result = new ByteArrayOutputStream();
    int piece = Integer.MAX_VALUE;
    private byte[] file = new byte[0];
    private boolean opened;
    private int position;

    void call(Call call, TarDiffWriter writer) throws IOException {
      if (call.operation() == Operation.DATA) {
        data(noise(call.first(), call.second()), writer);
      } else if (call.operation() == Operation.OPEN) {
        String path = PATHS.get(call.first() % PATHS.size());
        writer.open(path);
        file = Objects.requireNonNull(FILES.get(path));
        opened = true;
        position = 0;
      } else if (opened) {
        callSource(call, writer);
      }
    }

    private void callSource(Call call, TarDiffWriter writer) throws IOException {
      int length = call.second() % (file.length - position + 1);
      switch (call.operation()) {
        case COPY -> copy(length, writer);
        case ADD_DATA -> add(noise(call.first(), length), writer);
        case SEEK -> {
          position = call.first() % (file.length + 1);
          writer.seek(position);
        }
        default -> patch(call, writer);
      }
    }

    private void data(byte[] bytes, TarDiffWriter writer) throws IOException {
      for (int from = 0; from < bytes.length; from += Math.min(piece, bytes.length - from)) {
        writer.data(bytes, from, Math.min(piece, bytes.length - from));
      }
      result.writeBytes(bytes);
    }

    private void copy(int length, TarDiffWriter writer) throws IOException {
      for (int from = 0; from < length; from += Math.min(piece, length - from)) {
        writer.copy(Math.min(piece, length - from));
      }
      result.write(file, position, length);
      position += length;
    }

    private void add(byte[] differences, TarDiffWriter writer) throws IOException {
      int length = differences.length;
      for (int from = 0; from < length; from += Math.min(piece, length - from)) {
        writer.add(differences, from, Math.min(piece, length - from));
      }
      for (byte difference : differences) {
        result.write(file[position++] + difference);
      }
    }

    private void patch(Call call, TarDiffWriter writer) throws IOException {
      byte[] target = Arrays.copyOfRange(file, 0, call.first() % (file.length + 100));
      byte[] frame = ZstdPatch.create(file, target, 1);
      writer.patch(frame, 0, frame.length, target.length);
      result.writeBytes(target);
    }
  }
}
