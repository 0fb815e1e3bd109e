package dev.varve.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher, with a Java that prints how it is called. */
final class LauncherTest {
  private enum Compilers {
    FIRST_ALONE,
    SECOND_LATER,
    BOTH
  }

  @TempDir private Path directory;
  private Path java;

  @BeforeEach
  void installJava() throws IOException {
    Path launcher = directory.resolve("clone/cli/bin/varve");
    Files.createDirectories(launcher.getParent());
    Files.copy(Documents.ROOT.resolve("cli/bin/varve"), launcher);
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Files.createFile(
        Files.createDirectories(directory.resolve("clone/cli/target")).resolve("varve.jar"));
    java = directory.resolve("java");
    Path program = Files.createDirectories(java.resolve("bin")).resolve("java");
    Files.writeString(program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    installVersion("17.0.9");
  }

  private void installVersion(String version) throws IOException {
    Files.writeString(java.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  private record Launched(int exitCode, List<String> lines) {}

  private Launched launch(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(directory + "/clone/cli/bin/varve"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", java.toString());
    builder.environment().put("VARVE_JAVA_OPTS", "-Da=1 -Db=2");
    // No other Java is found.
    builder.environment().put("PATH", tools().toString());
    Process process = builder.start();
    process.getOutputStream().close();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    return new Launched(process.waitFor(), lines);
  }

  /** What the launcher calls, and no Java. */
  private Path tools() throws IOException {
    Path tools = Files.createDirectories(directory.resolve("tools"));
    for (String tool : List.of("sh", "find", "readlink", "cksum", "tr", "mkdir", "mv", "flock")) {
      Path link = tools.resolve(tool);
      if (Files.notExists(link)) {
        Files.createSymbolicLink(link, Path.of("/usr/bin", tool));
      }
    }
    return tools;
  }

  @Test
  void handsAllArgumentsOver() throws Exception {
    String[] arguments = {"copy", "", "two words", "a*b", "--json"};
    List<String> lines = launch(arguments).lines();
    assertThat(lines).containsSequence("-Da=1", "-Db=2").endsWith(arguments);
    // Not by its main class: only so does the jar's manifest allow native code.
    assertThat(lines).containsSequence("-jar", directory + "/clone/cli/target/varve.jar", "copy");
  }

  @ParameterizedTest
  @CsvSource({
    "tags quay.io/o/n, FIRST_ALONE",
    "prev-ref quay.io/o/n, FIRST_ALONE",
    "verify docker://quay.io/o/n, FIRST_ALONE",
    "copy oci:a:b docker://quay.io/o/n, FIRST_ALONE",
    "copy -q oci:a:b docker://quay.io/o/n --tag x, FIRST_ALONE",
    "copy docker://quay.io/o/n oci:a:b, SECOND_LATER",
    "copy oci-archive:a.tar docker://quay.io/o/n, SECOND_LATER",
    "copy containers-storage:localhost/a docker://quay.io/o/n, SECOND_LATER",
    "inspect oci:a:b, SECOND_LATER",
    "--version, SECOND_LATER",
    "rechunk oci:a:b docker://quay.io/o/n, BOTH",
    "publish oci:a:b docker://quay.io/o/n, BOTH",
    "verify-content oci:a:b docker://quay.io/o/n, BOTH",
    "try, BOTH"
  })
  void choosesTheCompilers(String line, Compilers expected) throws Exception {
    List<String> lines = launch(line.split(" ")).lines();
    assertThat(lines.contains("-XX:TieredStopAtLevel=1"))
        .isEqualTo(expected == Compilers.FIRST_ALONE);
    assertThat(lines.contains("-XX:Tier4InvocationThreshold=50000"))
        .isEqualTo(expected == Compilers.SECOND_LATER);
  }

  @Test
  void refusesAnOldJava() throws Exception {
    installVersion("11.0.2");
    Launched launched = launch("tags", "quay.io/o/n");
    assertThat(launched.exitCode()).isEqualTo(7);
    assertThat(launched.lines().get(0))
        .isEqualTo(
            "varve: needs Java 17 or newer, and found " + java.resolve("bin/java") + " is 11.0.2");
  }
}
