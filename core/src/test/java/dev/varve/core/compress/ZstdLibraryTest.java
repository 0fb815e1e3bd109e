package dev.varve.core.compress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of loading zstd, each in a process of its own. */
final class ZstdLibraryTest {
  @TempDir private Path directory;

  /** Uses zstd, and prints how that ends. */
  static final class User {
    private User() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws Exception {
      try {
        switch (args[0]) {
          case "compress" ->
              Compression.parse("zstd").compress(OutputStream.nullOutputStream()).close();
          case "patch" -> ZstdPatch.create(new byte[1], new byte[1], 3);
          default -> new BlockCompressor().close();
        }
        System.out.println("done");
      } catch (java.io.IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private String run(Path temporary, String use) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                User.class.getName(),
                use)
            .redirectError(ProcessBuilder.Redirect.DISCARD) // newer JDKs warn there
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void nothingIsLeftOfTheCode() throws Exception {
    assertThat(run(directory, "compress")).isEqualTo("done");
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"compress", "patch", "block"})
  void aDirectoryThatCanNotBeWrittenToIsReported(String use) throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(run(file, use))
        .startsWith("loading the native code of zstd, unpacked in " + file + ": " + file);
  }
}
