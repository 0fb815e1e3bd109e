package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Main;
import dev.varve.cli.session.SampleBuilds;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.ResultStream;
import dev.varve.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TryCommandTest {
  @TempDir private Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void updatesAreMeasuredAndNoFileIsLeft() {
    assertThat(run("try", "--quiet")).isZero();

    assertThat(output())
        .contains("A small OS image of 31 packages, built on three days")
        .containsPattern(
            "monday → tuesday +670.4 kB +1\\d\\d.\\d kB  \\d.\\d times less  libcap2, ")
        .containsPattern(
            "tuesday → wednesday +672.4 kB +1\\d\\d.\\d kB  \\d.\\d times less  netcat-openbsd, ")
        .contains("the same files as its build: verified.")
        .contains("varve rechunk containers-storage:localhost/os oci:os:first")
        .doesNotContain("rechunking");
    assertThat(err.size()).isZero();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void updatesOfTheSampleDownloadLessThanAThird() throws IOException {
    assertThat(run("try", "--json", "--quiet")).isZero();

    JsonObject json = JsonObject.parse(out.toByteArray(), "output");
    List<JsonObject> updates = json.objects("updates");
    assertThat(updates).hasSize(2);
    assertThat(updates.get(0).strings("packages"))
        .containsExactly("libcap2", "libcap2-bin", "libcjson1", "libmaxminddb0");
    assertThat(updates.get(1).strings("packages"))
        .containsExactly("netcat-openbsd", "python3-idna", "python3-six");
    for (JsonObject update : updates) {
      assertThat(update.number("rechunkedBytes")).isBetween(1L, update.number("asBuiltBytes") / 3);
      assertThat(update.number("layers")).isEqualTo(SampleBuilds.MAX_LAYERS);
    }
    assertThat(json.toPrettyString()).contains("\"verified\": true");
  }

  @Test
  void keepLeavesTheImages() {
    Path kept = directory.resolve("kept");
    assertThat(run("try", "--keep", kept.toString())).isZero();

    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("rechunking monday's build…\n");
    assertThat(output())
        .contains("varve diff oci:" + kept + "/os:monday oci:" + kept + "/os:tuesday");
    assertThat(directory).isDirectoryContaining(kept::equals);
    assertThat(
            run(
                "verify-content",
                "oci-archive:" + kept.resolve("sample.oci.tar") + ":wednesday",
                "oci:" + kept.resolve("os") + ":wednesday"))
        .isZero();
  }

  private int run(String... args) {
    Console console =
        new Console(
            new ResultStream(out),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("TMPDIR", directory.toString()),
            false,
            System::nanoTime);
    return Main.run(console, args);
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
