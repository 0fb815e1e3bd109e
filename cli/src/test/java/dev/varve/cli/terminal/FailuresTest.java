package dev.varve.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.option.CommonOptions;
import dev.varve.core.bytes.NoSpaceException;
import dev.varve.core.image.CorruptBlobException;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.TransferException;
import dev.varve.runner.PullException;
import dev.varve.runner.VerificationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

final class FailuresTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** A command that throws a given exception. */
  @Command(name = "test")
  static final class Broken implements Activity {
    private final Exception failure;
    @Mixin CommonOptions common;

    @Option(names = "--json")
    boolean json;

    Broken(Exception failure) {
      this.failure = failure;
    }

    @Override
    public String activity() {
      return "testing varve";
    }

    @Override
    public Integer call() throws Exception {
      throw failure;
    }
  }

  private int exitCode(Exception failure, String... args) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Failures failures =
        new Failures(new Console(new ResultStream(out), stream, Map.of(), false, () -> 0));
    return new CommandLine(new Broken(failure))
        .setExecutionExceptionHandler(
            (thrown, command, parsed) ->
                failures.failed(thrown, command, CommonOptions.debug(command)))
        .execute(args);
  }

  private String text() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFailureIsOneLineAndExitCodeOne() {
    assertThat(exitCode(new IOException("reading a:\n  broken\n  off"))).isEqualTo(1);
    assertThat(text()).isEqualTo("varve: reading a: broken off\n");
  }

  @Test
  void causesArePrintedIfTheyAddInformation() {
    Exception cause = new IOException("the disk is gone");
    assertThat(exitCode(new IOException("reading a", new IOException("reading a", cause))))
        .isEqualTo(1);
    assertThat(text()).isEqualTo("varve: reading a: the disk is gone\n");
  }

  @Test
  void missingRightsArePrintedOnce() {
    Exception cause = new AccessDeniedException("/a/b");
    Exception explained = new AccessDeniedException("writing to oci:a", null, "denied for /a/b");
    explained.initCause(cause);
    assertThat(exitCode(explained)).isEqualTo(7);
    assertThat(text()).isEqualTo("varve: writing to oci:a: denied for /a/b\n");
  }

  @Test
  void aMachineWithAFullOrReadOnlyDiskLacksSomething() {
    assertThat(exitCode(new FileSystemException("/a", null, "Read-only file system"))).isEqualTo(7);
    assertThat(exitCode(new FileSystemException("/a", null, "No space left on device")))
        .isEqualTo(7);
    assertThat(exitCode(new IOException("writing a", new IOException("Disk quota exceeded"))))
        .isEqualTo(7);
    assertThat(exitCode(new IOException("Input/output error"))).isEqualTo(1);
  }

  @Test
  void anErrorOfTheDiskSaysWhereToLook() {
    assertThat(exitCode(new FileSystemException("/a", null, "Input/output error"))).isEqualTo(1);
    assertThat(text())
        .endsWith(
            "/a: input/output error; the disk, or its connection, may be damaged: dmesg shows the"
                + " kernel's messages\n");
  }

  @Test
  void aMessageOfTheSystemAloneGetsTheActivity() {
    assertThat(exitCode(new IOException("Input/output error"))).isEqualTo(1);
    assertThat(exitCode(new IOException("No space left on device"))).isEqualTo(7);
    assertThat(text().lines())
        .containsExactly(
            "varve: testing varve: Input/output error; the disk, or its connection, may be damaged:"
                + " dmesg shows the kernel's messages",
            "varve: testing varve: No space left on device");
  }

  @Test
  void failuresOfTheFileSystemBecomeSentences() {
    assertThat(exitCode(new NoSuchFileException("/a"))).isEqualTo(1);
    assertThat(exitCode(new FileAlreadyExistsException("/a"))).isEqualTo(1);
    assertThat(exitCode(new FileSystemException("/a", null, "Is a directory"))).isEqualTo(1);
    assertThat(exitCode(new UncheckedIOException(new NoSuchFileException("/b")))).isEqualTo(1);
    assertThat(exitCode(new DirectoryIteratorException(new NoSuchFileException("/c"))))
        .isEqualTo(1);
    assertThat(text().lines())
        .containsExactly(
            "varve: testing varve: there is no /a",
            "varve: testing varve: /a exists already",
            "varve: testing varve: /a: is a directory",
            "varve: testing varve: there is no /b",
            "varve: testing varve: there is no /c");
  }

  @Test
  void misuseIsExitCodeTwo() {
    assertThat(exitCode(new IllegalArgumentException("expected a, got b"))).isEqualTo(2);
    assertThat(text()).isEqualTo("varve: expected a, got b\n");
  }

  @Test
  void aResultThatDiffersIsExitCodeFive() {
    assertThat(exitCode(new VerificationException("oci:a", List.of("/x: only in the first"))))
        .isEqualTo(5);
    assertThat(text())
        .isEqualTo(
            "varve: verifying the result against oci:a: one difference: /x: only in the first;"
                + " nothing was published\n");
  }

  @Test
  void aFailedPullOfAnEngineHasTheExitCodesOfARegistry() {
    IOException why = new IOException("podman says so");
    assertThat(exitCode(new PullException(PullException.Kind.NOT_AUTHORIZED, "a", why)))
        .isEqualTo(3);
    assertThat(exitCode(new PullException(PullException.Kind.UNAVAILABLE, "b", why))).isEqualTo(4);
  }

  @Test
  void eachKindOfRegistryFailureHasItsExitCode() {
    assertThat(exitCode(new RegistryException(Kind.NOT_AUTHORIZED, 401, "a"))).isEqualTo(3);
    assertThat(exitCode(new RegistryException(Kind.UNAVAILABLE, 503, "b"))).isEqualTo(4);
    assertThat(exitCode(new RegistryException(Kind.CORRUPT, 0, "c"))).isEqualTo(5);
    assertThat(exitCode(new RegistryException(Kind.NOT_FOUND, 404, "d"))).isEqualTo(1);
    assertThat(exitCode(new RegistryException(Kind.REFUSED, 400, "e"))).isEqualTo(1);
    Exception inner = new RegistryException(Kind.NOT_AUTHORIZED, 403, "f");
    assertThat(exitCode(new IOException("copying", inner))).isEqualTo(3);
    assertThat(
            exitCode(
                new TransferException(TransferException.Kind.BROKEN, "g", new IOException("g"))))
        .isEqualTo(4);
    assertThat(text().lines())
        .containsExactly(
            "varve: a",
            "varve: b",
            "varve: c",
            "varve: d",
            "varve: e",
            "varve: copying: f",
            "varve: g");
  }

  @Test
  void corruptBytesAreExitCodeFiveAndAnUnknownHostIsFour() {
    assertThat(exitCode(new IOException("reading", new CorruptBlobException("corrupt"))))
        .isEqualTo(5);
    assertThat(exitCode(new IOException("asking", new UnknownHostException("a.invalid"))))
        .isEqualTo(4);
  }

  @Test
  void theCauseOfARegistryFailureIsNotPrinted() {
    Exception behind = new IOException("Connect to http://a failed");
    Exception tried =
        new TransferException(TransferException.Kind.UNREACHABLE, "a is down", behind);
    assertThat(exitCode(new IOException("copying", tried))).isEqualTo(4);
    assertThat(exitCode(new RegistryException(Kind.REFUSED, 0, "no TLS", behind))).isEqualTo(1);
    assertThat(text().lines()).containsExactly("varve: copying: a is down", "varve: no TLS");
  }

  @Test
  void missingRightsOrSpaceAreExitCodeSeven() {
    assertThat(exitCode(new AccessDeniedException("/a"))).isEqualTo(7);
    assertThat(exitCode(new AccessDeniedException("reading /a", null, "run as root"))).isEqualTo(7);
    assertThat(exitCode(new NoSpaceException("writing a: full", new IOException("Full"))))
        .isEqualTo(7);
    assertThat(
            exitCode(
                new IOException(
                    "creating /a/b: no permission for /a/b", new AccessDeniedException("/a/b"))))
        .isEqualTo(7);
    assertThat(text().lines())
        .containsExactly(
            "varve: testing varve: no permission for /a",
            "varve: reading /a: run as root",
            "varve: writing a: full",
            "varve: creating /a/b: no permission for /a/b");
  }

  @Test
  void anUnexpectedExceptionIsReportedAsABug() {
    assertThat(exitCode(new IllegalStateException("oh"))).isEqualTo(1);
    assertThat(text())
        .isEqualTo(
            "varve: testing varve: unexpectedly java.lang.IllegalStateException: oh; this is a bug"
                + " in Varve: report it with the output of --debug\n");
  }

  @Test
  void debugPrintsTheStackTrace() {
    assertThat(exitCode(new IOException("broken"), "--debug")).isEqualTo(1);
    assertThat(text())
        .startsWith("java.io.IOException: broken\n    at dev.varve.cli.terminal.FailuresTest.")
        .endsWith("\nvarve: broken\n");
  }

  @Test
  void aTooSmallHeapIsExitCodeSeven() {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Failures failures =
        new Failures(new Console(new ResultStream(out), stream, Map.of(), false, () -> 0));
    assertThat(failures.outOfMemory()).isEqualTo(7);
    assertThat(text())
        .isEqualTo(
            "varve: running out of memory: the heap of "
                + Human.size(Runtime.getRuntime().maxMemory())
                + " is too small; VARVE_JAVA_OPTS=-Xmx2g allows more\n");
    assertThat(out.size()).isZero();
    failures.outOfMemory("inspect", "--json");
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"exitCode\": 7");
  }

  @Test
  void jsonHasTheErrorAndTheExitCode() {
    assertThat(exitCode(new NoSuchFileException("/x"), "--json")).isEqualTo(1);
    assertThat(text()).isEqualTo("varve: testing varve: there is no /x\n");
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {
              "error": "testing varve: there is no /x",
              "exitCode": 1
            }
            """);
    out.reset();
    assertThat(exitCode(new NoSuchFileException("/x"))).isEqualTo(1);
    assertThat(out.size()).isZero();
  }
}
