package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Main;
import dev.varve.cli.Sample;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the termination of a copy to a registry. */
final class InterruptedCopyTest {
  @TempDir private Path directory;
  private FakeRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  @Test
  void anInterruptedCopyCancelsItsUploads() throws Exception {
    new Sample().file("a", "1").file("b", "2").writeTo(directory.resolve("os"), "x");
    registry.failAll("PUT /v2/os/blobs/uploads/.*", Fault.delay(Duration.ofMinutes(1)));
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "copy",
            "-q",
            "oci:" + directory.resolve("os") + ":x",
            "docker://" + registry.host() + "/os:x");
    builder.environment().put("TMPDIR", directory.toString());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("XDG_RUNTIME_DIR", directory.toString());
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      while (process.isAlive() && registry.requests("PUT .*").size() < 3) {
        Thread.sleep(10);
      }
      assertThat(registry.openUploads()).isEqualTo(3);
      // Not SIGINT, which a process in the background may ignore.
      new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor()).as(Files.readString(output)).isEqualTo(128 + 15);
    } finally {
      process.destroyForcibly();
    }
    assertThat(output).hasContent("varve: interrupted");
    assertThat(registry.openUploads()).isZero();
    assertThat(registry.tags("os")).isEmpty();
  }
}
