package dev.varve.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the launcher with a Java that prints its arguments. */
final class LauncherTest {
  private static final String LAUNCHER = "cli/src/main/launcher/varve";
  private static final String WRAPPER = "cli/bin/varve";

  @TempDir private Path directory;
  private Path java;

  @BeforeEach
  void installJava() throws IOException {
    java = directory.resolve("java");
    executable(java.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    installVersion("17.0.9");
  }

  private void installVersion(String version) throws IOException {
    Files.writeString(java.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  /** Installs the launcher as a release does, and returns its path. */
  private Path release() throws IOException {
    Path launcher = directory.resolve("usr/bin/varve");
    executable(launcher, Files.readString(Documents.ROOT.resolve(LAUNCHER)));
    return launcher;
  }

  /**
   * Creates a clone with a jar that is newer than the sources, and returns the path of its
   * launcher.
   */
  private Path cloned() throws IOException {
    Path clone = directory.resolve("clone");
    for (String script : List.of(LAUNCHER, WRAPPER)) {
      executable(clone.resolve(script), Files.readString(Documents.ROOT.resolve(script)));
    }
    Files.createFile(Files.createDirectories(clone.resolve("cli/target")).resolve("varve.jar"));
    return clone.resolve(WRAPPER);
  }

  private static void executable(Path program, String text) throws IOException {
    Files.createDirectories(program.getParent());
    Files.writeString(program, text);
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  private record Launched(int exitCode, List<String> lines) {}

  private Launched launch(Path launcher, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("VARVE_JAVA_OPTS", "VARVE_JAR"));
    builder.environment().put("JAVA_HOME", java.toString());
    // A PATH without Java.
    builder.environment().put("PATH", tools().toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    return new Launched(process.waitFor(), lines);
  }

  /** Returns a directory with the programs that the launchers call, without Java. */
  private Path tools() throws IOException {
    Path tools = Files.createDirectories(directory.resolve("tools"));
    for (String tool : List.of("sh", "find", "readlink", "sed")) {
      Path link = tools.resolve(tool);
      if (Files.notExists(link)) {
        Files.createSymbolicLink(link, Path.of("/usr/bin", tool));
      }
    }
    return tools;
  }

  @Test
  void allArgumentsArePassedToJava() throws Exception {
    String[] arguments = {"copy", "", "two words", "a*b", "--json"};
    List<String> lines =
        launch(release(), Map.of("VARVE_JAVA_OPTS", "-Da=1 -Db=2"), arguments).lines();
    assertThat(lines).containsSequence("-Da=1", "-Db=2").endsWith(arguments);
    // With -jar instead of the main class, because only the jar's manifest allows native code.
    assertThat(lines).containsSequence("-jar", directory + "/usr/lib/varve.jar", "copy");
  }

  @Test
  void theLauncherFollowsALinkToItself() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("varve"), release());
    assertThat(launch(link, Map.of(), "try").lines())
        .endsWith("-jar", directory + "/usr/lib/varve.jar", "try");
  }

  @Test
  void aCloneGivesJavaTheSameOptionsAsARelease() throws Exception {
    List<String> released = launch(release(), Map.of(), "publish", "a", "b").lines();
    List<String> cloned = launch(cloned(), Map.of(), "publish", "a", "b").lines();
    assertThat(cloned)
        .isEqualTo(
            released.stream()
                .map(line -> line.replace("/usr/lib/", "/clone/cli/target/"))
                .toList());
    assertThat(released)
        .containsExactly(
            "-Xms64m",
            "-Xmx1g",
            "-Xmn48m",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:+UseSerialGC",
            "-XX:Tier4InvocationThreshold=100000",
            "-XX:Tier4MinInvocationThreshold=12000",
            "-XX:Tier4CompileThreshold=300000",
            "-XX:Tier4BackEdgeThreshold=800000",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=CompileThresholdScaling,"
                + "sun.security.provider.DigestBase::implCompressMultiBlock*,0.01",
            "-jar",
            directory + "/usr/lib/varve.jar",
            "publish",
            "a",
            "b");
  }

  @Test
  void theLauncherUsesTheJavaInThePathIfJavaHomeHasNone() throws Exception {
    String path = java.resolve("bin") + ":" + tools();
    Launched launched =
        launch(release(), Map.of("JAVA_HOME", directory + "/none", "PATH", path), "try");
    assertThat(launched.lines()).last().isEqualTo("try");
  }

  @Test
  void anOldJavaIsRefused() throws Exception {
    installVersion("11.0.2");
    Launched launched = launch(release(), Map.of(), "tags", "quay.io/o/n");
    assertThat(launched.exitCode()).isEqualTo(7);
    assertThat(launched.lines().get(0))
        .isEqualTo(
            "varve: needs Java 17 or newer, and found " + java.resolve("bin/java") + " is 11.0.2");
  }

  @Test
  void aMissingJavaIsReportedWithTheSearchedPlaces() throws Exception {
    Launched launched = launch(release(), Map.of("JAVA_HOME", ""), "try");
    assertThat(launched.exitCode()).isEqualTo(7);
    assertThat(launched.lines().get(0))
        .isEqualTo("varve: needs Java 17 or newer, and found none in JAVA_HOME or PATH");
  }
}
