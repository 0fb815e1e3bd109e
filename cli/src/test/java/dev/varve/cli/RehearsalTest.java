package dev.varve.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RehearsalTest {
  @Test
  void pushesPullsAndListsSucceed() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ResultStream(out),
            new PrintStream(err, true, UTF_8),
            Map.of(),
            false,
            System::nanoTime);
    assertThat(Rehearsal.run(console)).as(err.toString(UTF_8)).isZero();
    assertThat(out.toString(UTF_8)).startsWith("v1\nUsage: varve ");
    assertThat(err.toString(UTF_8))
        .containsPattern("docker://127.0.0.1:[0-9]+/rehearsal:v2@sha256:")
        .containsPattern("oci:.*/read@sha256:");
  }
}
