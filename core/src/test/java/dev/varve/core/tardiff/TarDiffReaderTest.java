package dev.varve.core.tardiff;

import static dev.varve.core.tardiff.TarDiffVersion.ONE;
import static dev.varve.core.tardiff.TarDiffVersion.TWO;
import static dev.varve.core.tardiff.TarDiffs.diff;
import static dev.varve.core.tardiff.TarDiffs.joined;
import static dev.varve.core.tardiff.TarDiffs.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.compress.ZstdPatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TarDiffReaderTest {
  private static final int DATA = 0;
  private static final int OPEN = 1;
  private static final int COPY = 2;
  private static final int ADD_DATA = 3;
  private static final int SEEK = 4;
  private static final int ZSTD_DICT = 5;

  private static final SourceFiles SOURCES =
      TarDiffs.files(
          Map.of(
              "usr/bin/a", text("0123456789"),
              "usr/bin/b", text("abc")));

  @Test
  void operationsEmitTheResultInTheirOrder() throws IOException {
    byte[] diff =
        diff(
            ONE,
            operation(DATA, "<"),
            operation(OPEN, "usr/bin/a"),
            operation(COPY, 3),
            operation(SEEK, 8),
            operation(ADD_DATA, new byte[] {0, -1}),
            operation(OPEN, "usr/bin/b"),
            operation(COPY, 3),
            operation(SEEK, 0),
            operation(ADD_DATA, new byte[] {1}),
            operation(DATA, ">"));
    assertThat(apply(diff)).isEqualTo("<01288abcb>");
  }

  @Test
  void aTarDiffWithoutOperationsHasAnEmptyResult() throws IOException {
    assertThat(apply(diff(ONE))).isEmpty();
  }

  @Test
  void operationsOfSizeZeroEmitNothing() throws IOException {
    byte[] empty = joined(operation(COPY, 0), operation(ADD_DATA, ""), operation(DATA, ""));
    assertThat(apply(diff(ONE, operation(OPEN, "usr/bin/b"), operation(SEEK, 3), empty))).isEmpty();
  }

  /** 0x80 and more bytes that carry no bits are valid in a varint, and unnecessary. */
  @Test
  void aSizeMayHaveMoreBytesThanItNeeds() throws IOException {
    assertThat(apply(diff(ONE, bytes("00 81 80 80 00 78")))).isEqualTo("x");
  }

  @Test
  void aPatchIsMadeFromTheWholeSourceAndMovesThePositionToItsEnd() throws IOException {
    byte[] patch = ZstdPatch.create(text("0123456789"), text("123456789!"), 3);
    byte[] before = joined(operation(OPEN, "usr/bin/a"), operation(SEEK, 7), operation(COPY, 1));
    byte[] diff = diff(TWO, before, operation(ZSTD_DICT, patch), operation(DATA, "."));
    assertThat(apply(diff)).isEqualTo("7123456789!.");
    assertThatThrownBy(() -> apply(diff(TWO, before, operation(ZSTD_DICT, patch), bytes("02 01"))))
        .hasMessageEndingWith(
            "(COPY): expected at most the 0 bytes from position 10 of usr/bin/a, got 1");
  }

  @ParameterizedTest
  @CsvSource({
    "'', nothing",
    "7461, 7461",
    "7461726466310a, 7461726466310a",
    "7461726466330a0028b52ffd, 7461726466330a00",
    "28b52ffd2400010000, 28b52ffd24000100"
  })
  void anotherStartIsRefused(String hex, String got) {
    assertThatThrownBy(() -> apply(bytes(hex)))
        .isInstanceOf(MalformedTarDiffException.class)
        .hasMessage(
            "reading x.tardiff: expected a tar-diff, which begins with 7461726466310a00 or"
                + " 7461726466320a00, got "
                + got);
  }

  @ParameterizedTest
  @CsvSource({
    "'', nothing",
    "0000000000, other data",
    "1f8b0800000000000000, gzip",
    "fd377a585a000000, xz"
  })
  void operationsThatAreNotZstdAreRefused(String hex, String got) {
    assertThatThrownBy(() -> apply(joined(ONE.magic(), bytes(hex))))
        .isInstanceOf(IOException.class)
        .hasMessage("decompressing x.tardiff: expected zstd, got " + got);
  }

  @Test
  void operationsBehindTheEndOfTheZstdStreamAreOneStreamWithIt() throws IOException {
    byte[] second = diff(ONE, operation(DATA, "b"));
    byte[] frame = Arrays.copyOfRange(second, ONE.magic().length, second.length);
    assertThat(apply(joined(diff(ONE, operation(DATA, "a")), frame))).isEqualTo("ab");
  }

  @Test
  void otherBytesBehindTheZstdStreamAreRefused() {
    assertThatThrownBy(() -> apply(joined(diff(ONE, operation(DATA, "a")), new byte[10])))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("decompressing x.tardiff: zstd data is corrupt");
  }

  @Test
  void aWindowThatTakesTooMuchMemoryIsRefused() {
    byte[] frame = bytes("28b52ffd 00 a0 090000 61");
    assertThatThrownBy(() -> apply(joined(ONE.magic(), frame)))
        .hasMessage(
            "decompressing x.tardiff: expected a zstd window of at most 512 MiB, got a larger one;"
                + " compress the blob with a smaller window (zstd --long=27)");
  }

  @ParameterizedTest
  @CsvSource({
    "05 00, 'expected an operation of version 1, got 5'",
    "ff 00, 'expected an operation of version 1, got 255'",
    "00, '(DATA): expected its size, got the end'",
    "00 80, '(DATA): expected its size, got the end'",
    "00 ff ff ff ff ff ff ff ff 80 01, '(DATA): expected a size below 2^63, got a larger one'",
    "00 80 80 80 80 80 80 80 80 80 00, '(DATA): expected a size below 2^63, got a larger one'",
    "00 03 61 62, '(DATA): expected 3 bytes, got 2'",
    "00 ff ff ff ff ff ff ff ff 7f 61, '(DATA): expected a result of at most 100 bytes, got 1 and"
        + " another 9223372036854775807'",
    "01 03 61 62, '(OPEN): expected 3 bytes, got 2'",
    "01 ff ff ff ff 7f, '(OPEN): expected a path of at most 4096 bytes, got 34359738367'",
    "01 00, '(OPEN): expected a relative, normal path, got '''''",
    "01 02 61 ff, '(OPEN): expected a path in UTF-8, got the bytes 61ff'",
    "01 03 ed b0 80, '(OPEN): expected a path in UTF-8, got the bytes edb080'",
    "02 01, '(COPY): expected an OPEN before it, got none'",
    "02 00, '(COPY): expected an OPEN before it, got none'",
    "03 01 00, '(ADD_DATA): expected an OPEN before it, got none'",
    "04 00, '(SEEK): expected an OPEN before it, got none'",
  })
  void aMalformedOperationIsRefused(String hex, String problem) {
    assertThatThrownBy(() -> apply(diff(ONE, operation(DATA, "."), bytes(hex))))
        .isInstanceOf(MalformedTarDiffException.class)
        .hasMessage(
            "reading x.tardiff: operation at offset 3"
                + (problem.startsWith("(") ? " " : ": ")
                + problem)
        .hasFieldOrPropertyWithValue("offset", 3L);
  }

  @ParameterizedTest
  @CsvSource({
    "02 0b, '(COPY): expected at most the 10 bytes from position 0 of usr/bin/a, got 11'",
    "02 ff ff ff ff ff ff ff ff 7f, '(COPY): expected at most the 10 bytes from position 0 of"
        + " usr/bin/a, got 9223372036854775807'",
    "03 0b 00, '(ADD_DATA): expected at most the 10 bytes from position 0 of usr/bin/a, got 11'",
    "03 03 00 00, '(ADD_DATA): expected 3 bytes, got 2'",
    "03 81 80 80 32, '(ADD_DATA): expected at most 104857600 bytes, got 104857601'",
    "04 0b, '(SEEK): expected a position in usr/bin/a, which has 10 bytes, got 11'",
    "05 81 80 80 32, '(ZSTD_DICT): expected at most 104857600 bytes, got 104857601'",
    "05 05 00 00, '(ZSTD_DICT): expected 5 bytes, got 2'",
    "05 00, '(ZSTD_DICT): decoding a zstd patch: data ends early, after 0 bytes'",
    "05 05 28 b5 2f fd 04, '(ZSTD_DICT): decoding a zstd patch: data ends early, after 5 bytes'",
    "05 05 00 00 00 00 00, '(ZSTD_DICT): decoding a zstd patch: data is corrupt, or made for another"
        + " source: Unknown frame descriptor'",
    "05 0a 28 b5 2f fd 00 a0 09 00 00 61, '(ZSTD_DICT): decoding a zstd patch: expected a zstd"
        + " window of at most 512 MiB, got a larger one'",
  })
  void anOperationThatDoesNotFitToItsSourceIsRefused(String hex, String problem) {
    assertThatThrownBy(() -> apply(diff(TWO, operation(OPEN, "usr/bin/a"), bytes(hex))))
        .isInstanceOf(MalformedTarDiffException.class)
        .hasMessage("reading x.tardiff: operation at offset 11 " + problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/etc/passwd", "../a", "usr/../../a", "usr/..", "./a", "a/.", "a//b", "a/", "/"})
  void aPathThatIsNotRelativeAndNormalIsRefused(String path) {
    assertThatThrownBy(() -> apply(diff(ONE, operation(OPEN, path))))
        .isInstanceOf(MalformedTarDiffException.class)
        .hasMessage(
            "reading x.tardiff: operation at offset 0 (OPEN): expected a relative, normal path, got"
                + " '%s'",
            path);
  }

  @Test
  void aPathIsShownWithoutControlCharactersAndShortened() {
    assertThatThrownBy(() -> apply(diff(ONE, operation(OPEN, "a\0\u001b" + "😀".repeat(300)))))
        .hasMessage(
            "reading x.tardiff: operation at offset 0 (OPEN): expected a relative, normal path, got"
                + " 'a\uFFFD\uFFFD%s…'",
            "😀".repeat(197));
  }

  @Test
  void aSourceThatIsMissingIsAnErrorOfTheSources() {
    assertThatThrownBy(() -> apply(diff(ONE, operation(OPEN, "usr/bin/c"))))
        .hasMessage("opening usr/bin/c: no such file");
  }

  @Test
  void aSourceThatBecameShorterIsAnError() {
    SourceFiles shrunk =
        path ->
            new SourceFile() {
              @Override
              public long size() {
                return 10;
              }

              @Override
              public int read(long position, byte[] buffer, int offset, int length) {
                return position < 4 ? 4 - (int) position : -1;
              }

              @Override
              public void close() {}
            };
    assertThatThrownBy(
            () -> TarDiffs.apply(diff(ONE, operation(OPEN, "a"), operation(COPY, 5)), shrunk, 100))
        .isInstanceOf(IOException.class)
        .hasMessage("reading the source a: expected 10 bytes, got 4");
  }

  @Test
  void aSourceTooLargeForAPatchIsRefusedUnread() {
    SourceFiles large = path -> new UnreadableFile((1L << 29) + 1);
    assertThatThrownBy(
            () ->
                TarDiffs.apply(
                    diff(TWO, operation(OPEN, "a"), operation(ZSTD_DICT, "patch")), large, 100))
        .isInstanceOf(MalformedTarDiffException.class)
        .hasMessage(
            "reading x.tardiff: operation at offset 3 (ZSTD_DICT): expected a source of at most"
                + " 536870912 bytes, got a of 536870913");
  }

  @Test
  void aResultOfTheAllowedSizeIsWritten() throws IOException {
    byte[] diff =
        diff(ONE, operation(OPEN, "usr/bin/a"), operation(COPY, 10), operation(DATA, "!"));
    assertThat(TarDiffs.apply(diff, SOURCES, 11)).asString().isEqualTo("0123456789!");
  }

  @ParameterizedTest
  @CsvSource({"00 03 61 61 61, DATA", "02 03, COPY", "03 03 00 00 00, ADD_DATA"})
  void aResultThatIsTooLargeIsRefusedBeforeItIsWritten(String hex, String operation) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThatThrownBy(
            () -> {
              byte[] diff = diff(ONE, operation(OPEN, "usr/bin/b"), operation(COPY, 0), bytes(hex));
              TarDiffReader.apply(new ByteArrayInputStream(diff), "x.tardiff", SOURCES, out, 2);
            })
        .isInstanceOf(MalformedTarDiffException.class)
        .hasMessage(
            "reading x.tardiff: operation at offset 13 (%s): expected a result of at most 2 bytes,"
                + " got 0 and another 3",
            operation);
    assertThat(out.size()).isZero();
  }

  @Test
  void aPatchThatSaysItMakesTooMuchIsRefusedUndecoded() throws IOException {
    byte[] patch = ZstdPatch.create(new byte[0], new byte[1_000_000], 3);
    SourceFiles sources = path -> new UnreadableFile(10);
    assertThatThrownBy(
            () ->
                TarDiffs.apply(
                    diff(TWO, operation(OPEN, "a"), operation(ZSTD_DICT, patch)), sources, 999_999))
        .hasMessage(
            "reading x.tardiff: operation at offset 3 (ZSTD_DICT): expected a result of at most"
                + " 999999 bytes, got 0 and another 1000000");
  }

  /** A frame without its content's size, with one block of a repeated byte: 100,000 bytes. */
  @Test
  void aPatchThatDoesNotSayWhatItMakesIsLimited() throws IOException {
    byte[] patch = bytes("28b52ffd 00 58 03350c 61");
    byte[] diff = diff(TWO, operation(OPEN, "usr/bin/a"), operation(ZSTD_DICT, patch));
    assertThat(TarDiffs.apply(diff, SOURCES, 100_000)).hasSize(100_000).containsOnly('a');
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThatThrownBy(
            () ->
                TarDiffReader.apply(
                    new ByteArrayInputStream(diff), "x.tardiff", SOURCES, out, 99_999))
        .isInstanceOf(MalformedTarDiffException.class)
        .hasMessage(
            "reading x.tardiff: operation at offset 11 (ZSTD_DICT): expected a result of at most"
                + " 99999 bytes, got 65536 and another 34464");
    assertThat(out.size()).isLessThanOrEqualTo(99_999);
  }

  @Test
  void bytesBehindAPatchAreRefused() throws IOException {
    byte[] patch = ZstdPatch.create(text("0123456789"), text("x"), 3);
    assertThatThrownBy(
            () ->
                apply(
                    diff(
                        TWO,
                        operation(OPEN, "usr/bin/a"),
                        operation(ZSTD_DICT, joined(patch, text("."))))))
        .hasMessage(
            "reading x.tardiff: operation at offset 11 (ZSTD_DICT): decoding a zstd patch: expected"
                + " the end after a frame of %d bytes, got more",
            patch.length);
  }

  @Test
  void aPatchForAnotherSourceIsRefused() throws IOException {
    byte[] target = text("123".repeat(30));
    byte[] patch = ZstdPatch.create(target, target, 3);
    assertThatThrownBy(
            () -> apply(diff(TWO, operation(OPEN, "usr/bin/a"), operation(ZSTD_DICT, patch))))
        .isInstanceOf(MalformedTarDiffException.class)
        .hasMessageStartingWith(
            "reading x.tardiff: operation at offset 11 (ZSTD_DICT): decoding a zstd patch: data is"
                + " corrupt, or made for another source: ");
  }

  @Test
  void aFailureOfTheStreamIsPassedOn() throws IOException {
    IOException failure = new IOException("the digest is wrong");
    InputStream failing =
        new FilterInputStream(new ByteArrayInputStream(diff(ONE, operation(DATA, "abc")))) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = super.read(bytes, offset, length);
            if (n < 0) {
              throw failure;
            }
            return n;
          }
        };
    assertThatThrownBy(
            () ->
                TarDiffReader.apply(
                    failing, "x.tardiff", SOURCES, OutputStream.nullOutputStream(), 100))
        .isSameAs(failure);
  }

  @Test
  void theOriginOfEveryPartIsVisitedWithoutSources() throws IOException {
    byte[] patch = ZstdPatch.create(text("0123456789"), new byte[1000], 3);
    byte[] diff =
        diff(
            TWO,
            operation(DATA, "12345"),
            operation(OPEN, "usr/b"),
            operation(COPY, 1L << 40),
            operation(SEEK, 10),
            operation(ADD_DATA, new byte[] {0, 1, 0, 2}),
            operation(OPEN, "etc/a"),
            operation(ZSTD_DICT, patch),
            operation(OPEN, "usr/b"),
            operation(COPY, 1),
            operation(DATA, "67"));
    assertThat(visited(diff, Long.MAX_VALUE))
        .containsExactly(
            "data 12345",
            "source usr/b",
            "made 1099511627776, changed 0",
            "made 4, changed 2",
            "source etc/a",
            "made 1000, changed " + patch.length,
            "source usr/b",
            "made 1, changed 0",
            "data 67");
  }

  @Test
  void aPatchThatDoesNotSayWhatItMakesIsVisitedWithItsOwnSize() throws IOException {
    byte[] diff = diff(TWO, operation(OPEN, "a"), operation(ZSTD_DICT, "no patch"));
    assertThat(visited(diff, 100)).containsExactly("source a", "made 8, changed 8");
  }

  @Test
  void aResultThatIsTooLargeIsNotVisited() {
    byte[] operations = joined(operation(OPEN, "a"), operation(COPY, Long.MAX_VALUE));
    assertThatThrownBy(() -> visited(diff(ONE, operations, operation(COPY, 1)), Long.MAX_VALUE))
        .isInstanceOf(MalformedTarDiffException.class)
        .hasMessage(
            "reading x.tardiff: operation at offset 13 (COPY): expected a result of at most"
                + " 9223372036854775807 bytes, got 9223372036854775807 and another 1");
  }

  private static List<String> visited(byte[] diff, long most) throws IOException {
    List<String> visited = new ArrayList<>();
    TarDiffVisitor visitor =
        new TarDiffVisitor() {
          @Override
          public void data(byte[] bytes, int length) {
            visited.add("data " + new String(bytes, 0, length, StandardCharsets.UTF_8));
          }

          @Override
          public void source(String path) {
            visited.add("source " + path);
          }

          @Override
          public void made(long size, long changed) {
            visited.add("made " + size + ", changed " + changed);
          }
        };
    TarDiffReader.visit(new ByteArrayInputStream(diff), "x.tardiff", visitor, most);
    return visited;
  }

  private static String apply(byte[] diff) throws IOException {
    return new String(TarDiffs.apply(diff, SOURCES, 100), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A file that may not be read. */
  private record UnreadableFile(long size) implements SourceFile {
    @Override
    public int read(long position, byte[] buffer, int offset, int length) {
      throw new AssertionError("read");
    }

    @Override
    public void close() {}
  }

  @Test
  void operationsWithoutAResultAreLimited() throws IOException {
    byte[] diff = diff(ONE, operation(OPEN, "a"), operation(COPY, 0), operation(COPY, 0));
    ErrorLocation location = new ErrorLocation("x");
    Result result = new Result(OutputStream.nullOutputStream(), new ResultSize(100, location));
    SourceFiles sources = TarDiffs.files(Map.of("a", new byte[1]));
    Application handler = new Application(sources, result, 5000, location);
    assertThatThrownBy(
            () -> new Operations(new ByteArrayInputStream(diff), "x.tardiff", 5).read(handler))
        .isInstanceOf(MalformedTarDiffException.class)
        .hasMessage(
            "reading x.tardiff: operation at offset 5: expected operations of at most 5 bytes, got"
                + " more");
  }

  @Test
  void openedSourcesAreLimitedInAll() throws IOException {
    ErrorLocation location = new ErrorLocation("x");
    Result result = new Result(OutputStream.nullOutputStream(), new ResultSize(100, location));
    SourceFiles sources = TarDiffs.files(Map.of("large", new byte[5000], "small", new byte[1]));
    try (Application application = new Application(sources, result, 13_192, location)) {
      application.open("large");
      application.open("small");
      application.open("small");
      assertThatThrownBy(() -> application.open("small"))
          .isInstanceOf(MalformedTarDiffException.class)
          .hasMessageEndingWith("expected sources of fewer bytes in all");
    }
  }
}
