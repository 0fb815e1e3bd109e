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

/** A run that is interrupted leaves nothing behind. */
final class InterruptionTest {
  @TempDir private Path directory;

  /** A process that is in the midst of writing when it is interrupted. */
  static final class Writer {
    public static void main(String[] args) throws Exception {
      Path directory = Path.of(args[0]);
      try (ClosedOnExit<Scratch> scratch =
              new ClosedOnExit<>(new Scratch(directory.resolve("scratch")));
          ClosedOnExit<ImageSink> sink =
              new ClosedOnExit<>(OciLayout.create(directory.resolve("out"), "a", "oci:out"));
          ClosedOnExit<Closeable> odd = new ClosedOnExit<>(Writer::fail)) {
        assertThat(odd.get()).isNotNull();
        Files.writeString(scratch.get().directory("layers").resolve("spool"), "unpacked");
        sink.get().newBlob().write(7);
        System.out.println("writing");
        new CountDownLatch(1).await();
      }
    }

    /** What can't be closed is closed first, and keeps nobody from closing the others. */
    private static void fail() {
      throw new UncheckedIOException(new IOException("closing failed"));
    }
  }

  @Test
  void whatWasBegunIsRemoved() throws IOException, InterruptedException {
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
      // As Ctrl-C, which a process that was started in the background may not get.
      process.destroy();
      assertThat(process.waitFor()).isEqualTo(128 + 15);
    } finally {
      process.destroyForcibly();
    }
    assertThat(files("")).containsExactly(directory.resolve("scratch"));
    assertThat(files("scratch")).isEmpty();
  }

  /** A process that fails because what it uses is closed on its way out. */
  static final class Failing {
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
  void anInterruptionIsToldOnce() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Failing.class.getName())
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
