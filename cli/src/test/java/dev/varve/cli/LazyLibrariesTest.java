package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that commands load no classes of the libraries that only bills of materials need. */
final class LazyLibrariesTest {
  private static final Pattern OF_SBOMS =
      Pattern.compile(" (?:org\\.(?:spdx|cyclonedx)|com\\.(?:fasterxml|github\\.packageurl))\\.");

  @TempDir private Path directory;

  private long loaded(String... command) throws Exception {
    Path output = directory.resolve("output");
    Process process =
        new Cli(directory)
            .with("JAVA_TOOL_OPTIONS", "-Xlog:class+load:stdout")
            .start(output, command);
    assertThat(process.waitFor()).as(Files.readString(output)).isZero();
    List<String> lines = Files.readAllLines(output);
    assertThat(lines).anyMatch(line -> line.contains(" dev.varve.cli.Main "));
    return lines.stream().filter(line -> OF_SBOMS.matcher(line).find()).count();
  }

  @Test
  void onlyABillOfMaterialsLoadsThem() throws Exception {
    new Sample()
        .file("usr/lib/os-release", "ID=arch\n")
        .withState()
        .writeTo(directory.resolve("os"), "a");
    assertThat(loaded("--version")).isZero();
    assertThat(loaded("inspect", "-q", "oci:DIR/os:a")).isZero();
    assertThat(loaded("copy", "-q", "oci:DIR/os:a", "oci:DIR/copy:a")).isZero();
    assertThat(loaded("sbom", "-q", "oci:DIR/os:a")).isPositive();
  }
}
