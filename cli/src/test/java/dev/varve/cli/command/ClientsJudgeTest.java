package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Tools;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that the importers of bootc and rpm-ostree read what Varve writes: programs on the Rust
 * crates ostree-ext (with libostree) and composefs-oci import two builds of an image, as built and
 * rechunked. The images have a kernel, capabilities, hard links, whiteouts, and names and owners
 * that tar writes in extended headers. Needs root, because umoci must set the owners of files.
 */
@Tag("judge")
@TestInstance(Lifecycle.PER_CLASS)
final class ClientsJudgeTest {
  private static final String COMPOSEFS = program("COMPOSEFS_JUDGE", "composefs-judge");
  private static final String OSTREE = program("OSTREE_JUDGE", "ostree-judge");

  /** Fewer layers than components, to save time: OSTree starts a program for each layer. */
  private static final String FEW_LAYERS = "9";

  private static final Pattern BLOB_SENT =
      Pattern.compile("\"GET /v2/os/blobs/(sha256:\\S+) HTTP/1.1\" 200 (\\d+) ");

  /** Makes the files of the old build in $1, of more than 127 components. */
  private static final String OLD_FILES =
      """
      mkdir -p "$1/usr/bin" "$1/usr/lib/modules/6.1.0-13" "$1/usr/share" "$1/etc/opt" "$1/var/lib"
      cd "$1"
      head -c 200000 /bin/bash >usr/bin/bash
      ln usr/bin/bash usr/bin/sh
      ln -s bash usr/bin/rbash
      head -c 50000 /bin/cat >usr/bin/sudo
      chmod 4711 usr/bin/sudo
      head -c 30000 /bin/true >usr/bin/ping
      seq 1 50000 >usr/lib/modules/6.1.0-13/vmlinuz
      seq 1 9000 >usr/lib/modules/6.1.0-13/initramfs.img
      chmod 600 usr/lib/modules/6.1.0-13/initramfs.img
      truncate -s 300000 usr/lib/sparse
      printf data | dd of=usr/lib/sparse bs=1 seek=200000 conv=notrunc status=none
      : >usr/lib/empty
      ln -s usr/bin bin
      seq 1 300 >etc/services
      seq 1 100 >etc/opt/kept
      seq 1 1000 >var/lib/state
      chown 4000000000:12 var/lib/state
      mkdir usr/share/gone
      seq 1 20 >usr/share/gone/a
      for part in $(seq 1 140); do
        mkdir "usr/share/part$part"
        seq "$part" 200 >"usr/share/part$part/data"
      done
      chown -R 77:88 usr/share/part7
      long=$(printf 'n%.0s' $(seq 200))
      mkdir "usr/share/$long"
      seq 1 90 >"usr/share/$long/$long"
      seq 1 91 >"usr/share/$(printf 'Gr\\303\\274\\303\\237e')"
      python3 -c 'import os; os.setxattr("usr/bin/ping", "security.capability",
        bytes.fromhex("0100000200200000000000000000000000000000"))'
      find . -exec touch -h -d '2025-03-04 05:06:07Z' {} +
      """;

  /**
   * Changes the files in $1 to those of the new build. The modes of directories stay the same:
   * libostree takes them from the first layer with the directory.
   */
  private static final String NEW_FILES =
      """
      cd "$1"
      printf changed | dd of=usr/bin/bash bs=1 seek=5000 conv=notrunc status=none
      mv usr/lib/modules/6.1.0-13 usr/lib/modules/6.1.0-17
      sed -i 5000d usr/lib/modules/6.1.0-17/vmlinuz
      rm -r usr/share/gone etc/services
      ln -sf part1 usr/lib/empty
      seq 1 1001 >var/lib/state
      for part in $(seq 10 10 140); do echo more >>"usr/share/part$part/data"; done
      chmod 640 usr/share/part5/data
      """;

  private static final List<String> BUILDS = List.of("old", "new");

  private final Map<String, List<String>> builtInOstree = new TreeMap<>();
  private final Map<String, Imported> builtInComposefs = new TreeMap<>();
  private Path directory;
  private Cli cli;
  private Tools tools;

  private static String program(String variable, String name) {
    return System.getenv().getOrDefault(variable, name);
  }

  @BeforeAll
  void build(@TempDir Path shared) throws Exception {
    directory = shared;
    tools = new Tools(shared, COMPOSEFS, OSTREE, "ostree", "umoci", "skopeo", "tar", "python3");
    cli = new Cli(shared);
    tools.run("sh", "-ec", OLD_FILES, "files", path("old"));
    tools.run("tar", "--xattrs", "--xattrs-include=*", "-C", "old", "-cf", "old.tar", ".");
    tools.run("umoci", "init", "--layout", "built");
    tools.run("umoci", "new", "--image", "built:old");
    tools.run("umoci", "raw", "add-layer", "--image", "built:old", "old.tar");
    tools.run("umoci", "unpack", "--image", "built:old", "bundle");
    tools.run("sh", "-ec", NEW_FILES, "files", path("bundle/rootfs"));
    tools.run("umoci", "repack", "--image", "built:new", "bundle");
    for (String build : BUILDS) {
      builtInOstree.put(build, ostree("built-ostree", "built", build).files());
      builtInComposefs.put(build, composefs("built-composefs", layout("built", build)));
    }
  }

  private Imported built(String build) {
    return Objects.requireNonNull(builtInComposefs.get(build));
  }

  private String layout(String name, String build) {
    return "oci:" + path(name) + ":" + build;
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private JsonObject varve(String... line) throws IOException {
    Run run = cli.run(Stream.concat(Stream.of(line), Stream.of("--json")).toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }

  /** Rechunks both builds into a layout. */
  private void rechunk(String layout, String... options) throws IOException {
    String[] all = Stream.concat(Stream.of(options), Stream.of("-q")).toArray(String[]::new);
    rechunk(layout, "old", all, "--fresh");
    rechunk(layout, "new", all, "--prev", "oci:DIR/" + layout + ":old");
  }

  private void rechunk(String layout, String build, String[] options, String... previous)
      throws IOException {
    List<String> line = new ArrayList<>(List.of("rechunk", "oci:DIR/built:" + build));
    line.add("oci:DIR/" + layout + ":" + build);
    line.addAll(List.of(options));
    line.addAll(List.of(previous));
    varve(line.toArray(String[]::new));
  }

  /** Returns the layers that an update downloads: their digests, with their sizes in bytes. */
  private Map<String, Long> downloads(String layout) throws IOException {
    Map<String, Long> downloads = new TreeMap<>();
    List<JsonObject> steps =
        varve("diff", "oci:DIR/" + layout + ":old", "oci:DIR/" + layout + ":new").objects("steps");
    for (JsonObject layer : steps.get(0).objects("downloads")) {
      downloads.put(layer.string("digest"), layer.number("bytes"));
    }
    assertThat(downloads.size()).isBetween(1, (int) steps.get(0).object("to").number("layers") - 1);
    return downloads;
  }

  /**
   * What a program imported.
   *
   * @param fetched the layers that it read, with the bytes it read of each
   * @param present the number of layers that it had already
   * @param named the other lines that it printed, by their first words
   * @param files a line for each path
   */
  private record Imported(
      Map<String, Long> fetched, int present, Map<String, String> named, List<String> files) {
    int layers() {
      return fetched.size() + present;
    }
  }

  /** Returns the lines of a composefs dump without the column of modification times. */
  private static List<String> withoutTimes(List<String> dump) {
    return dump.stream().map(line -> line.replaceFirst("^((?:\\S+ ){7})\\S+", "$1")).toList();
  }

  private Imported composefs(String repository, String image) throws Exception {
    return imported(path("files"), COMPOSEFS, path(repository), image, path("files"));
  }

  private Imported ostree(String repository, String layout, String tag) throws Exception {
    return imported(path("files"), OSTREE, path(repository), path(layout), tag, path("files"));
  }

  private Imported imported(String files, String... command) throws Exception {
    Map<String, Long> fetched = new TreeMap<>();
    int present = 0;
    Map<String, String> named = new TreeMap<>();
    for (String line : tools.run(command).lines().toList()) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "fetched" -> fetched.put(words[1], Long.parseLong(words[2]));
        case "present" -> present++;
        default -> named.put(words[0], words[1]);
      }
    }
    List<String> lines = Files.readAllLines(Path.of(files), ISO_8859_1);
    assertThat(lines).hasSizeGreaterThan(300);
    return new Imported(fetched, present, named, lines);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip", "none"})
  void clientsImportTheFilesOfTheBuildAndFetchWhatDiffSays(String compression) throws Exception {
    rechunk(compression, "--compression", compression, "--max-layers", FEW_LAYERS);
    Map<String, Long> downloads = downloads(compression);
    for (String build : BUILDS) {
      Imported ostree = ostree(compression + "-ostree", compression, build);
      Imported composefs = composefs(compression + "-composefs", layout(compression, build));
      assertThat(ostree.files()).isEqualTo(builtInOstree.get(build));
      assertThat(withoutTimes(composefs.files())).isEqualTo(withoutTimes(built(build).files()));
      assertThat(ostree.layers()).isEqualTo(Integer.parseInt(FEW_LAYERS));
      if (build.equals("new")) {
        assertThat(ostree.fetched()).isEqualTo(downloads);
        // The crate names layers by diffID.
        assertThat(composefs.fetched().values())
            .containsExactlyInAnyOrderElementsOf(downloads.values());
      }
    }
  }

  @Test
  void composefsFetchesTheLayersFromARegistryThatDiffNames() throws Exception {
    rechunk("registry");
    try (RealRegistry registry = RealRegistry.start()) {
      for (String build : BUILDS) {
        String image = "docker://" + registry.host() + "/os:" + build;
        varve("copy", "-q", "oci:DIR/registry:" + build, image);
        int before = registry.log().length();
        composefs("registry-repository", image);
        if (build.equals("new")) {
          Map<String, Long> sent = new TreeMap<>();
          BLOB_SENT
              .matcher(registry.log().substring(before))
              .results()
              .forEach(get -> sent.put(get.group(1), Long.parseLong(get.group(2))));
          JsonObject manifest = tools.json("skopeo", "inspect", "--raw", "oci:registry:new");
          JsonObject config = manifest.object("config");
          Map<String, Long> expected = downloads("registry");
          expected.put(config.string("digest"), config.number("size"));
          assertThat(sent).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void composefsHasTheDigestOfTheBuildIfTimesArePreserved() throws Exception {
    rechunk("times", "--preserve-mtimes");
    for (String build : BUILDS) {
      Imported image = composefs("times-repository", layout("times", build));
      assertThat(image.files()).isEqualTo(built(build).files());
      assertThat(image.named()).containsEntry("composefs", built(build).named().get("composefs"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {120, 127})
  void composefsImportsManyLayers(int layers) throws Exception {
    String layout = "composefs-" + layers;
    rechunk(layout, "--max-layers", String.valueOf(layers));
    Imported image = composefs(layout + "-repository", layout(layout, "new"));
    assertThat(image.layers()).isEqualTo(layers);
    assertThat(withoutTimes(image.files())).isEqualTo(withoutTimes(built("new").files()));
  }

  @Test
  void ostreeImportsManyLayers() throws Exception {
    rechunk("many", "--max-layers", "127");
    Imported image = ostree("many-repository", "many", "new");
    assertThat(image.layers()).isEqualTo(127);
    assertThat(image.files()).isEqualTo(builtInOstree.get("new"));
  }

  @Test
  void composefsRebuildsTheImageFromADelta() throws Exception {
    rechunk("delta");
    JsonObject delta =
        varve(
            "delta",
            "create",
            "-q",
            "oci:DIR/delta:old",
            "oci:DIR/delta:new",
            "oci-archive:DIR/delta.tar");
    composefs("delta-repository", layout("delta", "old"));

    Imported image = composefs("delta-repository", "oci-archive:" + path("delta.tar"));

    assertThat(image.named()).containsEntry("manifest", delta.string("to"));
    assertThat(withoutTimes(image.files())).isEqualTo(withoutTimes(built("new").files()));
  }
}
