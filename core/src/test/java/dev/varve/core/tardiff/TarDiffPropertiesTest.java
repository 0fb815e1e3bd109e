package dev.varve.core.tardiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.compress.ZstdPatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

final class TarDiffPropertiesTest {
  private static final Map<String, byte[]> FILES =
      Map.of(
          "usr/bin/a", noise(1, 3000),
          "usr/lib/größer", noise(2, 300_000),
          "empty", new byte[0]);

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
    assertThat(TarDiffs.apply(diff, TarDiffs.files(FILES), expected.length)).isEqualTo(expected);
    Visited visited = new Visited();
    TarDiffReader.visit(new ByteArrayInputStream(diff), "x", visited, expected.length);
    assertThat(visited.size).isEqualTo(expected.length);
    assertThat(FILES.keySet()).containsAll(visited.sources);
  }

  /** Counts what is visited. */
  private static final class Visited implements TarDiffVisitor {
    private long size;
    private final Set<String> sources = new TreeSet<>();

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

  @Property(tries = 100)
  void sizesOfPiecesDoNotMatter(@ForAll("calls") List<Call> calls, @ForAll @IntRange(min = 1) int n)
      throws IOException {
    assertThat(written(calls, 1 + n % 5000)).isEqualTo(written(calls, Integer.MAX_VALUE));
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
