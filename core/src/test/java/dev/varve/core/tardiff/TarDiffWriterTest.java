package dev.varve.core.tardiff;

import static dev.varve.core.tardiff.TarDiffs.joined;
import static dev.varve.core.tardiff.TarDiffs.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.compress.Decompression;
import dev.varve.core.compress.Frames;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TarDiffWriterTest {
  private static final int MAX_PIECE = 1 << 20;

  @Test
  void aTarDiffIsItsVersionAndOneZstdStream() throws IOException {
    for (TarDiffVersion version : TarDiffVersion.values()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new TarDiffWriter(out, version, 3, 20).close();
      assertThat(out.toString(StandardCharsets.ISO_8859_1))
          .startsWith(
              version == TarDiffVersion.ONE
                  ? "tardf1\n\0(\u00b5/\u00fd"
                  : "tardf2\n\0(\u00b5/\u00fd");
    }
  }

  /** The content is longer than any buffer, also when it is compressed. */
  @Test
  void aLongTarDiffIsItsVersionAndOneZstdFrame() throws IOException {
    byte[] piece = new byte[1 << 20];
    Random random = new Random(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarDiffWriter writer = writer(out)) {
      for (int i = 0; i < 40; i++) {
        random.nextBytes(piece);
        writer.data(piece, 0, piece.length);
        writer.open("a");
        writer.copy(1 + i);
      }
    }
    byte[] diff = out.toByteArray();
    int magic = TarDiffVersion.MAGIC_LENGTH;
    assertThat(Frames.zstdFrame(diff, magic))
        .isEqualTo(diff.length - magic)
        .isGreaterThan(40 << 20);
  }

  @Test
  void successivePiecesAreOneOperation() throws IOException {
    assertThat(
            operations(
                writer -> {
                  data(writer, "ab");
                  data(writer, "");
                  data(writer, "c");
                  writer.open("usr/a");
                  writer.copy(3);
                  writer.copy(0);
                  writer.copy(4);
                  add(writer, "x");
                  add(writer, "yz");
                }))
        .isEqualTo(
            joined(
                operation(0, "abc"), operation(1, "usr/a"), operation(2, 7), operation(3, "xyz")));
  }

  @Test
  void aFileThatNothingIsTakenFromIsNotOpened() throws IOException {
    assertThat(
            operations(
                writer -> {
                  data(writer, "a");
                  writer.open("usr/a");
                  writer.seek(5);
                  data(writer, "b");
                  writer.copy(0);
                }))
        .isEqualTo(operation(0, "ab"));
  }

  @Test
  void positionsAreSetOnlyWhereTheyChange() throws IOException {
    assertThat(
            operations(
                writer -> {
                  writer.open("a");
                  writer.copy(3);
                  writer.seek(3);
                  writer.copy(1);
                  writer.seek(9);
                  writer.seek(2);
                  writer.copy(1);
                  writer.seek(100);
                  writer.seek(3);
                  add(writer, "x");
                  writer.open("a");
                  writer.copy(1);
                  writer.seek(1L << 40);
                  writer.copy(1L << 40);
                }))
        .isEqualTo(
            joined(
                operation(1, "a"),
                operation(2, 4),
                operation(4, 2),
                operation(2, 1),
                operation(3, "x"),
                operation(4, 0),
                operation(2, 1),
                operation(4, 1L << 40),
                operation(2, 1L << 40)));
  }

  @Test
  void thePositionIsSetAgainAfterAPatch() throws IOException {
    assertThat(
            operations(
                writer -> {
                  writer.open("a");
                  writer.copy(3);
                  writer.patch(new byte[] {9, 7, 8, 9}, 1, 2, 1000);
                  writer.patch(new byte[] {6}, 0, 1, 10);
                  writer.copy(1);
                  assertThat(writer.resultSize()).isEqualTo(3 + 1000 + 10 + 1);
                }))
        .isEqualTo(
            joined(
                operation(1, "a"),
                operation(2, 3),
                operation(5, new byte[] {7, 8}),
                operation(5, new byte[] {6}),
                operation(4, 3),
                operation(2, 1)));
  }

  @Test
  void longPiecesAreSplit() throws IOException {
    byte[] bytes = new byte[2 * MAX_PIECE + 1];
    Arrays.fill(bytes, (byte) 'x');
    byte[] piece = Arrays.copyOf(bytes, MAX_PIECE);
    assertThat(
            operations(
                writer -> {
                  writer.data(bytes, 0, bytes.length);
                  writer.open("a");
                  writer.seek(5);
                  writer.add(bytes, 0, bytes.length);
                  writer.copy(1);
                }))
        .isEqualTo(
            joined(
                operation(0, piece),
                operation(0, piece),
                operation(0, "x"),
                operation(1, "a"),
                operation(4, 5),
                operation(3, piece),
                operation(3, piece),
                operation(3, "x"),
                operation(2, 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a\0b", "a\udcff"})
  void aPathThatCannotBeOpenedIsRefused(String path) {
    assertThat(SourcePath.isValid(path)).isFalse();
    assertThatThrownBy(() -> operations(writer -> writer.open(path)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "in a tar-diff: expected a relative, normal path in UTF-8 of at most 4096 bytes");
  }

  @Test
  void aPathMayHaveAnyNameOfUtf8Within4096Bytes() {
    assertThat(SourcePath.isValid("usr/größe/.../..a/ \n\\😀")).isTrue();
    assertThat(SourcePath.isValid("ö".repeat(2048))).isTrue();
    assertThat(SourcePath.isValid("ö".repeat(2048) + "x")).isFalse();
  }

  @Test
  void nothingIsTakenFromASourceThatIsNotOpened() {
    for (Calls calls :
        new Calls[] {
          writer -> writer.copy(1),
          writer -> writer.seek(0),
          writer -> writer.add(new byte[1], 0, 1),
          writer -> writer.patch(new byte[1], 0, 1, 1)
        }) {
      assertThatThrownBy(() -> operations(calls))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a tar-diff takes from a source: expected an open file");
    }
  }

  @Test
  void aPatchInVersionOneIsRefused() {
    assertThatThrownBy(
            () -> {
              try (TarDiffWriter writer = writer(OutputStream.nullOutputStream())) {
                writer.open("a");
                writer.patch(new byte[1], 0, 1, 1);
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a tar-diff of version 1 has no zstd patches");
  }

  @Test
  void aPatchThatReadersRefuseIsNotWritten() {
    byte[] large = new byte[(100 << 20) + 1];
    assertThatThrownBy(
            () ->
                operations(
                    writer -> {
                      writer.open("a");
                      writer.patch(large, 0, large.length, 1);
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a patch of 104857601 bytes: expected at most 104857600");
  }

  @Test
  void negativeNumbersAreRefused() {
    for (Calls calls :
        new Calls[] {
          writer -> writer.copy(-1),
          writer -> writer.seek(-1),
          writer -> writer.patch(new byte[1], 0, 1, -1)
        }) {
      assertThatThrownBy(
              () ->
                  operations(
                      writer -> {
                        writer.open("a");
                        calls.make(writer);
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected a number of bytes, got -1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 20, zstd level 0: expected 1 to 22",
    "23, 20, zstd level 23: expected 1 to 22",
    "3, 9, zstd window of 2^9 bytes: expected 2^10 to 2^27",
    "3, 28, zstd window of 2^28 bytes: expected 2^10 to 2^27"
  })
  void anUnknownLevelOrWindowIsRefused(int level, int windowLog, String message) {
    OutputStream out = OutputStream.nullOutputStream();
    assertThatThrownBy(() -> new TarDiffWriter(out, TarDiffVersion.ONE, level, windowLog))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void aClosedWriterWritesNoMore() throws IOException {
    boolean[] closed = new boolean[1];
    ByteArrayOutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    TarDiffWriter writer = writer(out);
    data(writer, "a");
    writer.close();
    int size = out.size();
    writer.close();
    assertThat(out.size()).isEqualTo(size);
    assertThat(closed).containsExactly(false);
    assertThatThrownBy(() -> data(writer, "b"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("writing a tar-diff: it is closed");
  }

  /** Calls of a writer. */
  private interface Calls {
    void make(TarDiffWriter writer) throws IOException;
  }

  private static TarDiffWriter writer(OutputStream out) throws IOException {
    return new TarDiffWriter(out, TarDiffVersion.ONE, 3, 20);
  }

  /** Returns the uncompressed operations that the calls write. */
  private static byte[] operations(Calls calls) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarDiffWriter writer = new TarDiffWriter(out, TarDiffVersion.TWO, 3, 20)) {
      calls.make(writer);
    }
    ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
    in.skipNBytes(TarDiffVersion.MAGIC_LENGTH);
    try (InputStream content = Decompression.openZstd(in, "x")) {
      return content.readAllBytes();
    }
  }

  private static void data(TarDiffWriter writer, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writer.data(bytes, 0, bytes.length);
  }

  private static void add(TarDiffWriter writer, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writer.add(bytes, 0, bytes.length);
  }
}
