package dev.varve.core.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed streams, judged by gzip and zstd. */
@Tag("judge")
final class CompressionJudgeTest {
  private static final int SIZE = 3_000_000;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"gzip:1", "gzip:6", "gzip:9"})
  void gzipAcceptsTheStream(String text) throws Exception {
    Path file = compressed(text);
    run("gzip", "-t", file.toString());
    assertThat(run("gzip", "-lv", file.toString())).contains(" " + SIZE + " ");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void gzipAndPythonRestoreContentOfEveryKind(int level) throws Exception {
    byte[] content = Shapes.mixture();
    Compression gzip = new Compression(Compression.Algorithm.GZIP, level);
    Path file = directory.resolve("mixture.gz");
    Files.write(file, CompressionTest.compress(gzip, content, 65_536));
    for (String command :
        new String[] {
          "gzip -dc \"$0\" > \"$1\"",
          "python3 -c 'import gzip, sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())'"
              + " \"$0\" > \"$1\""
        }) {
      Path restored = directory.resolve("restored");
      run("sh", "-c", command, file.toString(), restored.toString());
      assertThat(restored).hasBinaryContent(content);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd:1", "zstd:3", "zstd:6", "zstd:9", "zstd:16", "zstd:19"})
  void zstdAcceptsTheStreamAndItsWindowSuitsEveryDecoder(String text) throws Exception {
    Path file = compressed(text);
    run("zstd", "-t", "--memory=8MB", file.toString());
    String listed = run("zstd", "-lv", file.toString());
    Matcher window = Pattern.compile("Window Size: .*\\(([0-9]+) B\\)").matcher(listed);
    assertThat(window.find()).as(listed).isTrue();
    assertThat(Long.parseLong(window.group(1))).isLessThanOrEqualTo(8 << 20);
    assertThat(listed).contains("Check: XXH64").containsPattern("# Zstandard Frames: 1\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 20, 23, 27})
  void zstdSeesTheWindowThatAStreamWasWrittenWith(int windowLog) throws Exception {
    Path file = directory.resolve("a.zst");
    try (OutputStream out = Files.newOutputStream(file);
        OutputStream zstd = ZstdStream.compress(out, 19, windowLog)) {
      zstd.write(CompressionTest.content(SIZE));
    }
    run("zstd", "-t", file.toString());
    assertThat(run("zstd", "-lv", file.toString()))
        .containsPattern("Window Size: .*\\(" + (1 << windowLog) + " B\\)")
        .contains("Check: XXH64")
        .containsPattern("# Zstandard Frames: 1\n");
  }

  private Path compressed(String text) throws IOException {
    byte[] content = CompressionTest.content(SIZE);
    String suffix = text.startsWith("gzip") ? ".gz" : ".zst";
    byte[] bytes = CompressionTest.compress(Compression.parse(text), content, 65_536);
    return Files.write(directory.resolve("a" + suffix), bytes);
  }

  private String run(String... command) throws Exception {
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String output = Files.readString(log, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
