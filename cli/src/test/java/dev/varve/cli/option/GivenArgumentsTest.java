package dev.varve.cli.option;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GivenArgumentsTest {
  @TempDir private Path directory;

  private String[] of(byte[] commandLine, String... decoded) throws IOException {
    return GivenArguments.of(decoded, Files.write(directory.resolve("cmdline"), commandLine));
  }

  @Test
  void argumentsThatJavaCouldNotDecodeComeFromTheCommandLine() throws IOException {
    byte[] line = "java\0-jar\0varve.jar\0copy\0\0--label=Größe\0".getBytes(UTF_8);

    assertThat(of(line, "copy", "", "--label=Gr\uFFFD\uFFFD\uFFFD\uFFFDe"))
        .containsExactly("copy", "", "--label=Größe");
  }

  @Test
  void bytesThatAreNoUtf8AreKept() throws IOException {
    byte[] line = "java\0--label=caf\u00e9\0".getBytes(ISO_8859_1);

    assertThat(of(line, "--label=caf\uFFFD")).containsExactly("--label=caf\uDCE9");
  }

  @Test
  void decodedArgumentsAreKept() throws IOException {
    assertThat(of(new byte[0], "--label=Größe")).containsExactly("--label=Größe");
  }

  @Test
  void withoutACommandLineDecodedArgumentsAreKept() throws IOException {
    assertThat(of(new byte[0], "caf\uFFFD")).containsExactly("caf\uFFFD");
    assertThat(GivenArguments.of(new String[] {"caf\uFFFD"}, directory.resolve("none")))
        .containsExactly("caf\uFFFD");
  }
}
