package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Tools;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests deltas between two builds of an image with libraries of the JDK, edited texts, hard links,
 * long names and names that are not UTF-8, an extended attribute and a sparse file. The builds are
 * by GNU tar, umoci and buildah, and rechunked by Varve. A program on the Rust crate oci-delta
 * rebuilds each layer from the flattened old build. Needs root, because umoci must set the owners
 * of files.
 */
@Tag("judge")
@TestInstance(Lifecycle.PER_CLASS)
final class DeltaJudgeTest {
  private static final String JUDGE = System.getenv().getOrDefault("DELTA_JUDGE", "delta-judge");

  /** Makes the files of the old build in $1, with libraries from the JDK in $2. */
  private static final String OLD_FILES =
      """
      mkdir -p "$1/usr/bin" "$1/usr/lib/modules/6.1.0-13" "$1/usr/share/gone" "$1/etc" "$1/var/lib"
      cd "$1"
      for library in java zip net nio; do cp -L "$2/lib/lib$library.so" usr/lib/; done
      chmod 644 usr/lib/*.so
      ln usr/lib/libjava.so usr/bin/java
      ln -s ../lib/libzip.so usr/bin/zip
      seq 1 3000 >etc/services
      seq 1 50000 >usr/lib/modules/6.1.0-13/modules.alias
      seq 1 2000 >usr/share/gone/seq
      seq 5 900 >"usr/share/$(printf 'Gr\\303\\274\\303\\237e')"
      seq 6 900 >"usr/share/$(printf 'b\\374cher')"
      long=$(printf 'n%.0s' $(seq 200))
      mkdir "usr/share/$long"
      seq 7 900 >"usr/share/$long/$long"
      : >usr/share/empty
      truncate -s 1M usr/lib/sparse
      printf data | dd of=usr/lib/sparse bs=1 seek=500000 conv=notrunc status=none
      seq 1 1000 >var/lib/state
      chmod 600 var/lib/state
      python3 -c 'import os; os.setxattr("usr/lib/libnet.so", "security.capability",
        bytes.fromhex("0100000200200000000000000000000000000000"))'
      """;

  /** Changes the files in $1 to those of the new build. */
  private static final String NEW_FILES =
      """
      cd "$1"
      cp usr/lib/libjava.so "$2"
      { head -c 10000 "$2"; printf 'inserted'; tail -c +10001 "$2"; } >usr/lib/libjava.so
      printf 'edited' | dd of=usr/lib/libzip.so bs=1 seek=5000 conv=notrunc status=none
      printf 'more' | dd of=usr/lib/sparse bs=1 seek=700000 conv=notrunc status=none
      mv usr/lib/modules/6.1.0-13 usr/lib/modules/6.1.0-17
      sed -i '5000,5010s/^/alias /' usr/lib/modules/6.1.0-17/modules.alias
      sed -i '100d' etc/services
      mv usr/share/G* usr/share/moved
      sed -i 's/^5/five/' usr/share/b*
      sed -i 's/^7/seven/' usr/share/nnn*/nnn*
      rm -r usr/share/gone
      seq 1 1001 >var/lib/state
      : >usr/share/also-empty
      """;

  private Path directory;
  private Cli cli;
  private Tools tools;

  @BeforeAll
  void build(@TempDir Path shared) throws Exception {
    directory = shared;
    tools = new Tools(directory, JUDGE, "umoci", "skopeo", "buildah", "tar", "python3");
    cli = new Cli(directory);
    tools.run("sh", "-ec", OLD_FILES, "files", path("old"), System.getProperty("java.home"));
    tools.run("cp", "-a", "old", "new");
    change("new");
    tools.run("umoci", "init", "--layout", "built");
    addLayer("old");
    addLayer("new");
    tools.run("umoci", "unpack", "--image", "built:old", "bundle");
    tools.run("cp", "-a", "bundle/rootfs", "flat");
    change("bundle/rootfs");
    tools.run("umoci", "repack", "--image", "built:changed", "bundle");
    for (String compression : List.of("zstd", "gzip")) {
      rechunk(compression, "old", "--fresh");
      rechunk(compression, "changed", "--prev", "oci:DIR/" + compression + ":old");
    }
    changeWithBuildah();
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private void change(String root) throws Exception {
    tools.run("sh", "-ec", NEW_FILES, "files", path(root), path("copied-library"));
  }

  private void addLayer(String build) throws Exception {
    String attributes = "--xattrs-include=*";
    String tar = build + ".tar";
    tools.run(
        "tar", "--sparse", "--xattrs", attributes, "--sort=name", "-C", build, "-cf", tar, ".");
    tools.run("umoci", "new", "--image", "built:" + build);
    tools.run("umoci", "raw", "add-layer", "--image", "built:" + build, tar);
  }

  /** Buildah can't push the layer with the sparse file, therefore the base is Varve's image. */
  private void changeWithBuildah() throws Exception {
    String container = tools.inStorage("buildah", "from", "oci:" + path("gzip") + ":old");
    change(
        directory.relativize(Path.of(tools.inStorage("buildah", "mount", container))).toString());
    tools.inStorage("buildah", "commit", "-q", container, "changed");
    tools.inStorage("buildah", "push", "-q", "changed", "oci:" + path("buildah") + ":changed");
    tools.inStorage("buildah", "rm", "--all");
    tools.inStorage("buildah", "rmi", "--all", "--force");
  }

  private void rechunk(String compression, String build, String... options) {
    List<String> line = new ArrayList<>(List.of("rechunk", "-q", "oci:DIR/built:" + build));
    line.addAll(List.of("oci:DIR/" + compression + ":" + build, "--compression", compression));
    line.addAll(List.of(options));
    varve(line.toArray(String[]::new));
  }

  private Run varve(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private JsonObject create(String old, String next, String archive, String... options)
      throws IOException {
    List<String> line = new ArrayList<>(List.of("delta", "create", "-q", "--json"));
    line.addAll(List.of("oci:DIR/" + old, "oci:DIR/" + next, "oci-archive:DIR/" + archive));
    line.addAll(List.of(options));
    return varve(line.toArray(String[]::new)).json();
  }

  @ParameterizedTest
  @CsvSource({
    "built:old,    built:changed,   1",
    "built:old,    built:changed,   2",
    "built:old,    built:new,       1",
    "built:old,    built:new,       2",
    "gzip:old,     buildah:changed, 1",
    "built:old,    zstd:changed,    1",
    "zstd:old,     zstd:changed,    1",
    "zstd:old,     zstd:changed,    2",
    "gzip:old,     gzip:changed,    1",
    "gzip:old,     built:new,       1",
  })
  void theRustReaderRebuildsEachLayer(String old, String next, String format, @TempDir Path own)
      throws Exception {
    String archive = "delta-%s-%s-%s".formatted(old, next, format).replace(':', '-');
    JsonObject made = create(old, next, archive, "--delta-format", format);

    String output = tools.run(JUDGE, path(archive), path("flat"), own.toString());

    List<String> lines = output.lines().toList();
    assertThat(lines.stream().filter(line -> line.contains(" rebuilt ")))
        .hasSize((int) made.number("layers"));
    assertThat(lines.stream().filter(line -> line.endsWith(" reused")))
        .hasSize((int) made.number("keptLayers"));
    assertThat(made.number("layers")).isPositive();
    assertThat(made.number("deltaBytes")).isLessThan(made.number("layerBytes"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip"})
  void varveRebuildsTheImageAndSkopeoReadsIt(String compression) throws Exception {
    String old = compression + ":old";
    String archive = "delta-" + compression;
    JsonObject made = create(old, compression + ":changed", archive);
    String applied = "applied-" + compression;

    Run run =
        varve(
            "delta",
            "apply",
            "--json",
            "-q",
            "oci-archive:DIR/" + archive,
            "--from",
            "oci:DIR/" + old,
            "oci:DIR/" + applied + ":x");

    Digest image = Digest.parse(made.string("to"));
    assertThat(run.json().string("digest")).isEqualTo(image.toString());
    assertThat(run.json().number("wholeBytes")).isZero();
    assertThat(Digest.of(raw("oci:" + applied + ":x"))).isEqualTo(image);
    assertThat(Digest.of(raw("oci:" + compression + ":changed"))).isEqualTo(image);
    tools.skopeo("--preserve-digests", "oci:" + applied + ":x", "dir:copied-" + compression);
    Run compared = cli.run("verify-content", "-q", "oci:DIR/built:changed", "oci:DIR/" + applied);
    assertThat(compared.exitCode()).as(compared.err()).isZero();
  }

  private byte[] raw(String image) throws Exception {
    return tools.run("skopeo", "inspect", "--raw", image).getBytes(UTF_8);
  }

  @Test
  void aLayerByAnotherCompressorCannotBeRebuiltFromADeltaAlone() throws Exception {
    create("built:old", "built:new", "delta-foreign");
    Run run =
        cli.run(
            "delta",
            "apply",
            "oci-archive:DIR/delta-foreign",
            "--from",
            "oci:DIR/built:old",
            "oci:DIR/foreign:x");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("it is unknown how the layer was compressed");
    assertThat(directory.resolve("foreign/index.json")).doesNotExist();
  }
}
