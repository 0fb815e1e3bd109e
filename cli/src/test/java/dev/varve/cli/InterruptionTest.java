package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.image.ImageSink;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.process.ClosedOnExit;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Tests that an interrupted run removes its files. */
final class InterruptionTest {
  @TempDir private Path directory;

  /** A process that is interrupted while it writes an image. */
  static final class Writer {
    public static void main(String[] args) throws Exception {
      Path directory = Path.of(args[0]);
      try (ClosedOnExit<Scratch> scratch =
              new ClosedOnExit<>(new Scratch(directory.resolve("scratch")));
          ClosedOnExit<ImageSink> sink =
              new ClosedOnExit<>(OciLayout.create(directory.resolve("out"), "a", "oci:out"));
          ClosedOnExit<Closeable> unclosable = new ClosedOnExit<>(Writer::fail)) {
        assertThat(unclosable.get()).isNotNull();
        Files.writeString(scratch.get().directory("layers").resolve("spool"), "unpacked");
        sink.get().newBlob().write(7);
        System.out.println("writing");
        new CountDownLatch(1).await();
      }
    }

    /**
     * Fails to close. This resource is closed first, and must not keep the others from being
     * closed.
     */
    private static void fail() {
      throw new UncheckedIOException(new IOException("closing failed"));
    }
  }

  @Test
  void anInterruptedRunRemovesItsFiles() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("writing");
      assertThat(files("")).hasSizeGreaterThan(1);
      // In place of SIGINT, which a process in the background may ignore.
      process.destroy();
      assertThat(process.waitFor()).isEqualTo(128 + 15);
    } finally {
      process.destroyForcibly();
    }
    assertThat(files("")).containsExactly(directory.resolve("scratch"));
    assertThat(files("scratch")).isEmpty();
  }

  /** A process that fails during its shutdown, because the shutdown closed a resource. */
  static final class FailingDuringShutdown {
    public static void main(String[] args) throws Exception {
      CountDownLatch stopping = new CountDownLatch(1);
      Thread work =
          new Thread(
              () -> {
                try {
                  stopping.await();
                  Failures failures = new Failures(Console.ofProcess());
                  CommandLine command = Main.allCommands(Console.ofProcess());
                  failures.failed(new IOException("it was closed"), command, false);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      work.start();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    System.err.println("varve: interrupted");
                    stopping.countDown();
                    try {
                      work.join();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  }));
      System.exit(0);
    }
  }

  @Test
  void anInterruptionIsReportedOnce() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FailingDuringShutdown.class.getName())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("varve: interrupted\n");
    assertThat(process.waitFor()).isZero();
  }

  private List<Path> files(String name) throws IOException {
    try (var files = Files.list(directory.resolve(name))) {
      return files.toList();
    }
  }
}
