package dev.varve.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Main;
import dev.varve.cli.Sample;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResultStreamTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void writeImages() throws IOException {
    new Sample().file("a", "1").withState().writeTo(directory.resolve("os"), "1");
    new Sample().file("a", "2").withState().writeTo(directory.resolve("os"), "2");
  }

  private int run(OutputStream out, String line) {
    Console console =
        new Console(
            new ResultStream(out),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("TMPDIR", directory.toString(), "HOME", directory.toString(), "PATH", ""),
            false,
            System::nanoTime);
    return Main.run(console, line.replace("DIR", directory.toString()).split(" ", -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect oci:DIR/os:1",
        "inspect oci:DIR/os:1 --json",
        "diff oci:DIR/os:1 oci:DIR/os:2",
        "plan show oci:DIR/os:1",
        "plan export oci:DIR/os:1",
        "index show oci:DIR/os:1",
        "verify-content oci:DIR/os:1 oci:DIR/os:1",
        "changelog oci:DIR/os:1 oci:DIR/os:2",
        "sbom oci:DIR/os:1",
        "sbom oci:DIR/os:1 --output -",
        "rechunk oci:DIR/os:1 oci:DIR/out:1 --json",
        "copy oci:DIR/os:1 oci:DIR/out:1 --json",
        "doctor --engine builtin",
        "storage status --image DIR/none --mount DIR/none",
        "version-tag",
        "completion bash",
        "completion fish",
        "inspect --help",
        "--help",
        "--version"
      })
  void aResultThatCanNotBeWrittenIsAFailure(String line) throws IOException {
    try (FileOutputStream full = new FileOutputStream("/dev/full")) {
      assertThat(run(full, line)).isEqualTo(7);
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .endsWith("varve: writing the result to the standard output: No space left on device\n");
  }

  @Test
  void theExitCodeOfACommandPrevailsOverAFailureToPrint() throws IOException {
    try (FileOutputStream full = new FileOutputStream("/dev/full")) {
      assertThat(run(full, "verify-content oci:DIR/os:1 oci:DIR/os:2")).isEqualTo(5);
      assertThat(run(full, "inspect wrong:x --json")).isEqualTo(2);
    }
  }

  @Test
  void aClosedPipeIsNotReported() {
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe"); // as the operating system says it
          }
        };
    assertThat(run(gone, "inspect oci:DIR/os:1")).isEqualTo(141);
    assertThat(err.size()).isZero();
  }
}
