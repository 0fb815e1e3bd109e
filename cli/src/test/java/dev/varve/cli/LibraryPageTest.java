package dev.varve.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.registry.fake.FakeRegistry;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the examples of the page about the library. */
final class LibraryPageTest {
  private static final Path JAR = Documents.ROOT.resolve("cli/target/varve.jar");

  @TempDir private Path directory;

  private static String example(int number) throws IOException {
    List<String> page = Documents.lines("docs/how-to/library.md");
    return String.join("\n", Documents.blocks(page, "java").get(number));
  }

  /**
   * Compiles statements with imports of all public packages, runs them in the directory, and
   * returns the lines of output.
   */
  private List<String> run(String statements) throws Exception {
    TreeSet<String> packages = new TreeSet<>(List.of("java.nio.file", "java.util"));
    try (JarFile jar = new JarFile(JAR.toFile())) {
      jar.stream()
          .map(entry -> entry.getName())
          .filter(
              name ->
                  name.matches(
                      "dev/varve/(core|registry|runner)/.*\\.class|dev/varve/(registry|runner)/\\w+\\.class"))
          .forEach(
              name -> packages.add(name.substring(0, name.lastIndexOf('/')).replace('/', '.')));
    }
    String imports =
        packages.stream().map(name -> "import " + name + ".*;\n").collect(Collectors.joining());
    Path source = directory.resolve("Example.java");
    Files.writeString(
        source,
        imports
            + "class Example {\n  public static void main(String[] args) throws Exception {\n"
            + statements
            + "\n  }\n}\n");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("-cp", JAR.toString(), "-d", directory.toString(), "-proc:none"),
                  null,
                  files.getJavaFileObjects(source.toFile()))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Duser.home=" + directory,
                "-cp",
                JAR + File.pathSeparator + directory,
                "Example")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(java.getInputStream().readAllBytes(), UTF_8);
    assertThat(java.waitFor()).as(output).isZero();
    return output.lines().toList();
  }

  @Test
  void anImageIsRechunkedAndItsUpdateIsMeasured() throws Exception {
    new Sample().file("a", "1").file("b", "1").writeTo(directory.resolve("built"), "monday");
    new Sample().file("a", "1").file("b", "2").writeTo(directory.resolve("in"), "tuesday");
    Cli cli = new Cli(directory);
    Run monday = cli.run("rechunk", "oci:DIR/built:monday", "oci:DIR/os:monday", "-q");
    assertThat(monday.exitCode()).as(monday.err()).isZero();

    List<String> lines = run(example(0));

    Run diff = cli.run("diff", "oci:DIR/os:monday", "oci:DIR/os:tuesday", "-q", "--json");
    assertThat(lines)
        .containsExactly(Long.toString(diff.json().objects("steps").get(0).number("updateBytes")));
  }

  @Test
  void aPathIsPrunedAndTheImageIsVerified() throws Exception {
    new Sample()
        .file("a", "1")
        .file("usr/share/doc/a", "a text")
        .writeTo(directory.resolve("in"), "tuesday");

    assertThat(run(example(1))).containsExactly("true");

    Run equal =
        new Cli(directory).run("verify-content", "oci:DIR/in:tuesday", "oci:DIR/os:pruned", "-q");
    assertThat(equal.exitCode()).isEqualTo(5);
    assertThat(equal.out().lines())
        .contains("  /usr/share/doc/a: only in the first")
        .noneMatch(line -> line.contains("/a:") && !line.contains("/usr/share/doc"));
  }

  @Test
  void aDeltaIsMadeAndAnImageIsRebuiltFromIt() throws Exception {
    String text =
        IntStream.range(0, 1000)
            .mapToObj(line -> Digest.of(("line " + line).getBytes(UTF_8)).hex() + "\n")
            .collect(Collectors.joining());
    Path os = directory.resolve("os");
    new Sample().file("usr/lib/a", text).file("usr/lib/b", "1").writeTo(os, "monday");
    Descriptor tuesday =
        new Sample().file("usr/lib/a", text + "new").file("usr/lib/b", "1").writeTo(os, "tuesday");

    List<String> made = run(example(2));
    List<String> rebuilt = run(example(3));

    assertThat(made).hasSize(1);
    assertThat(Long.parseLong(made.get(0))).isLessThan(text.length() / 10);
    assertThat(rebuilt).hasSize(1);
    assertThat(rebuilt.get(0)).matches(tuesday.digest() + " [1-9][0-9]{1,2}");
  }

  @Test
  void anImageIsCopiedFromARegistry() throws Exception {
    try (FakeRegistry registry = FakeRegistry.start()) {
      Manifest image = registry.putImage("me/my-os", "latest", "a layer".getBytes(UTF_8));
      registry.putImage("me/my-os", "40-20251010", "another".getBytes(UTF_8));

      List<String> lines = run(example(4).replace("ghcr.io", registry.host()));

      assertThat(lines).hasSize(3);
      assertThat(lines.get(0)).contains("latest", "40-20251010");
      assertThat(lines.get(2)).isEqualTo(Digest.of(image.toBytes()).toString());
      assertThat(directory.resolve("os/blobs").resolve(lines.get(2).replace(':', '/'))).exists();
    }
  }
}
