package dev.varve.core.tardiff;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.compress.ZstdPatch;
import dev.varve.core.compress.ZstdStream;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The reader of tar-diffs. */
public final class TarDiffTargets implements FuzzTargets {
  private static final long MOST = 1 << 20;
  private static final byte[] SOURCE = "the old content\n".repeat(40).getBytes(UTF_8);
  private static final SourceFiles SOURCES =
      TarDiffs.files(Map.of("usr/a", SOURCE, "usr/b", new byte[0]));

  @Override
  public List<FuzzTarget> targets() throws IOException {
    return List.of(
        new FuzzTarget("tar-diff", TarDiffTargets::read, List.of(plain(), patched())),
        new FuzzTarget(
            "tar-diff-operations", TarDiffTargets::readOperations, List.of(operations())));
  }

  private static byte[] plain() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarDiffWriter diff = new TarDiffWriter(out, TarDiffVersion.ONE, 3, 20)) {
      diff.data("new".getBytes(UTF_8), 0, 3);
      diff.open("usr/a");
      diff.copy(100);
      diff.seek(20);
      diff.add(new byte[] {1, 0, 2}, 0, 3);
    }
    return out.toByteArray();
  }

  private static byte[] patched() throws IOException {
    byte[] frame = ZstdPatch.create(SOURCE, "the new content\n".repeat(40).getBytes(UTF_8), 3);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarDiffWriter diff = new TarDiffWriter(out, TarDiffVersion.TWO, 3, 20)) {
      diff.open("usr/a");
      diff.patch(frame, 0, frame.length, 640);
    }
    return out.toByteArray();
  }

  /** Returns operations before their compression, which hides their bytes from fuzzers. */
  private static byte[] operations() throws IOException {
    byte[] frame = ZstdPatch.create(SOURCE, "the new\n".getBytes(UTF_8), 3);
    return TarDiffs.joined(
        new byte[] {1},
        TarDiffs.operation(0, "new"),
        TarDiffs.operation(1, "usr/a"),
        TarDiffs.operation(2, 100),
        TarDiffs.operation(4, 20),
        TarDiffs.operation(3, new byte[] {1, 0, 2}),
        TarDiffs.operation(5, frame));
  }

  private static void readOperations(byte[] input) throws IOException {
    if (input.length == 0) {
      throw new IOException("expected a version");
    }
    TarDiffVersion version = (input[0] & 1) == 0 ? TarDiffVersion.ONE : TarDiffVersion.TWO;
    ByteArrayOutputStream diff = new ByteArrayOutputStream();
    diff.writeBytes(version.magic());
    try (OutputStream zstd = ZstdStream.compress(diff, 1, 20)) {
      zstd.write(Arrays.copyOfRange(input, 1, input.length));
    }
    read(diff.toByteArray());
  }

  /** Reads a tar-diff in both ways, which agree on the size of the result. */
  private static void read(byte[] diff) throws IOException {
    AtomicLong seen = new AtomicLong();
    TarDiffVisitor visitor =
        new TarDiffVisitor() {
          @Override
          public void data(byte[] bytes, int length) {
            seen.addAndGet(length);
          }

          @Override
          public void source(String path) {
            assertThat(SourcePath.isValid(path)).isTrue();
          }

          @Override
          public void made(long size, long changed) {
            assertThat(changed).isBetween(0L, size);
            seen.addAndGet(size);
          }
        };
    TarDiffReader.visit(new ByteArrayInputStream(diff), "it", visitor, MOST);
    byte[] result = TarDiffs.apply(diff, SOURCES, MOST);
    assertThat((long) result.length).isLessThanOrEqualTo(MOST);
  }
}
