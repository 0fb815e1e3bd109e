package dev.varve.runner.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.registry.fake.FakeRegistry;
import dev.varve.runner.builtin.TestImage;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles and runs the README's program, which publishes an image, with only the classes of this
 * module and its dependencies.
 */
final class PublishExampleTest {
  private static final Path README = Path.of("../README.md");

  @TempDir private Path directory;

  @Test
  void twoBuildsArePublishedOneAfterTheOther() throws Exception {
    List<String> classPath = classPath();
    try (FakeRegistry registry = FakeRegistry.start()) {
      compile(example().replace("ghcr.io", registry.host()), classPath);
      new TestImage().layer().file("a", "1").file("b", "1").writeTo(directory.resolve("build"));

      List<String> first = run(classPath);
      new TestImage().layer().file("a", "1").file("b", "2").writeTo(directory.resolve("build"));
      List<String> second = run(classPath);

      String repository = registry.host() + "/me/my-os";
      String tags = "\\[" + repository + ":40-[0-9]{8}, " + repository + ":latest]";
      assertThat(String.join("\n", first)).matches("sha256:[0-9a-f]{64} " + tags);
      assertThat(String.join("\n", second)).matches("sha256:[0-9a-f]{64} " + tags);
      assertThat(second).isNotEqualTo(first);
      assertThat(registry.tags("me/my-os"))
          .contains("latest")
          .anyMatch(tag -> tag.matches("40-[0-9]{8}"));
    }
  }

  private static String example() throws IOException {
    List<String> lines = Files.readAllLines(README);
    List<String> rest = lines.subList(lines.indexOf("```java") + 1, lines.size());
    List<String> example = rest.subList(0, rest.indexOf("```"));
    assertThat(example).hasSizeLessThanOrEqualTo(15);
    return String.join("\n", example);
  }

  /** Returns the class path of a program that depends only on this module. */
  private static List<String> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(
            entry ->
                !entry.matches(
                    ".*(test-classes|-tests\\.jar|/(org/junit|org/assertj|net/jqwik|surefire)/).*"))
        .toList();
  }

  private void compile(String statements, List<String> classPath) throws IOException {
    TreeSet<String> packages = new TreeSet<>(List.of("java.nio.file", "java.util"));
    for (String entry : classPath) {
      packages.addAll(packages(Path.of(entry)));
    }
    String imports =
        packages.stream().map(name -> "import " + name + ".*;\n").collect(Collectors.joining());
    Path source =
        Files.writeString(
            directory.resolve("Example.java"),
            imports
                + "class Example {\n  public static void main(String[] args) throws Exception {\n"
                + statements
                + "\n  }\n}\n");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
      List<String> options =
          List.of(
              "-cp",
              String.join(File.pathSeparator, classPath),
              "-d",
              directory.toString(),
              "-proc:none");
      boolean compiled =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjects(source.toFile()))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
  }

  /** Returns Varve's packages in a directory or jar of classes. */
  private static List<String> packages(Path entry) throws IOException {
    if (Files.isDirectory(entry)) {
      try (Stream<Path> files = Files.walk(entry)) {
        return packages(files.map(file -> entry.relativize(file).toString()).toList());
      }
    }
    if (!Files.exists(entry)) {
      return List.of();
    }
    try (JarFile jar = new JarFile(entry.toFile())) {
      return packages(jar.stream().map(each -> each.getName()).toList());
    }
  }

  private static List<String> packages(List<String> files) {
    return files.stream()
        .filter(
            file -> file.matches("dev/varve/.*\\.class") && !file.endsWith("package-info.class"))
        .map(file -> file.substring(0, file.lastIndexOf('/')).replace('/', '.'))
        .distinct()
        .toList();
  }

  private List<String> run(List<String> classPath) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, classPath) + File.pathSeparator + directory,
                "Example")
            .directory(directory.toFile())
            .redirectError(directory.resolve("errors").toFile());
    builder.environment().put("HOME", directory.toString());
    Process java = builder.start();
    String output = new String(java.getInputStream().readAllBytes(), UTF_8);
    assertThat(java.waitFor()).as(Files.readString(directory.resolve("errors"))).isZero();
    return output.lines().toList();
  }
}
