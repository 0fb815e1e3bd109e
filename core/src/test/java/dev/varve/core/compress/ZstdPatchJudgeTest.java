package dev.varve.core.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patches, judged by {@code zstd --patch-from}. */
@Tag("judge")
final class ZstdPatchJudgeTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "100000, 100000, 3",
    "100000, 100000, 19",
    "3000000, 3000000, 3",
    "3000000, 9000000, 12",
    "9000000, 300, 3",
    "9000000, 9000000, 3"
  })
  void zstdMakesTheTarget(int sourceSize, int targetSize, int level) throws Exception {
    byte[] source = CompressionTest.content(sourceSize);
    byte[] target = CompressionTest.content(targetSize);
    target[100] ^= 1;
    assertThat(decodedByZstd(source, ZstdPatch.create(source, target, level))).isEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource({"100000, 100000, 3", "3000000, 9000000, 19", "9000000, 9000000, 3"})
  void aPatchOfZstdIsDecoded(int sourceSize, int targetSize, int level) throws Exception {
    byte[] source = CompressionTest.content(sourceSize);
    byte[] target = CompressionTest.content(targetSize);
    target[100] ^= 1;
    Path patch = directory.resolve("patch");
    String from = Files.write(directory.resolve("source"), source).toString();
    String to = Files.write(directory.resolve("target"), target).toString();
    run("zstd", "-q", "-f", "-" + level, "--patch-from=" + from, to, "-o", patch.toString());
    assertThat(ZstdPatchTest.decode(source, Files.readAllBytes(patch))).isEqualTo(target);
  }

  private byte[] decodedByZstd(byte[] source, byte[] patch) throws Exception {
    Path target = directory.resolve("target");
    String from = Files.write(directory.resolve("source"), source).toString();
    String frame = Files.write(directory.resolve("patch"), patch).toString();
    run(
        "zstd",
        "-q",
        "-f",
        "-d",
        "--memory=512MB",
        "--patch-from=" + from,
        frame,
        "-o",
        target.toString());
    return Files.readAllBytes(target);
  }

  private void run(String... command) throws Exception {
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String output = Files.readString(log, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(output).isZero();
  }
}
