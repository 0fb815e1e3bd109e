package dev.varve.cli.github;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.cli.Sample;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.runner.container.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the rechunk action with a layout as its output, as in hhd-dev/rechunk. */
@Tag("judge")
final class ActionLayoutJudgeTest extends ActionTestBase {
  @Test
  void theActionWritesALayoutAsHhdDevRechunkDoes() throws Exception {
    Map<String, String> first =
        runner.action("rechunk", inputs("version", "40-<date>", "clear-plan", "true"));
    String version = "40-" + today.substring(2);
    Path location = location(first);
    assertThat(location).startsWith(directory.resolve("temp")).hasFileName("build_os");
    assertThat(first)
        .containsEntry("ref", "oci:" + location + ":" + version)
        .containsEntry("version", version)
        .containsEntry("changelog", location + ".changelog.txt")
        .containsEntry("manifest", location + ".manifest.json")
        .containsEntry("prev-ref", "");
    assertThat(inspect(ref(first)).stringMap("Labels"))
        .containsEntry("org.opencontainers.image.version", version)
        .containsEntry("kept", "yes");
    assertThat(location.resolveSibling("build_os.changelog.txt"))
        .hasContent("# " + version + "\n\nThere is no image before it to compare it with.\n");
    JsonObject.parse(Files.readAllBytes(Path.of(location + ".manifest.json")), "the manifest");

    tools.skopeo(ref(first), repository() + ":" + version);
    build("2");
    String name = registry.host() + "/owner/my-os:" + version;
    Map<String, String> second =
        runner.action("rechunk", inputs("version", "40-<date>", "prev-ref", name));
    assertThat(second)
        .containsEntry("version", version + ".1")
        .containsEntry("prev-ref", "docker://" + name);
    assertThat(inspect(ref(second)).stringMap("Labels"))
        .containsEntry(
            "rechunk.prev-ref",
            "docker://"
                + registry.host()
                + "/owner/my-os@"
                + inspect(repository() + ":" + version).string("Digest"));
    assertThat(location(second)).isNotEqualTo(location);
    assertThat(Files.readString(Path.of(second.getOrDefault("changelog", "")), UTF_8))
        .isEqualTo("# %s.1\n\nChanges since %s\n\n## Packages\n\n-\n".formatted(version, version));
  }

  @Test
  void aMissingPreviousImageIsAWarningOrAFailure() throws Exception {
    String missing = registry.host() + "/owner/my-os:none";
    Map<String, String> outputs = runner.action("rechunk", inputs("prev-ref", missing));
    assertThat(outputs).containsEntry("prev-ref", "");
    assertThat(runner.log())
        .anyMatch(line -> line.matches("::warning title=No previous image::varve: .*none.*"));

    assertThatThrownBy(
            () -> runner.action("rechunk", inputs("prev-ref", missing, "prev-ref-fail", "true")))
        .isInstanceOf(ActionsRunner.FailedStep.class)
        .hasMessageContaining("::error title=Rechunk::varve: ");
  }

  @Test
  void theContainerEngineWritesTheLayoutAsWell() throws Exception {
    StandIn tool = StandIn.make(directory, "{\"tool\":\"1.0-1\"}", "varve-action-judge");
    String image = "localhost/varve-action-judge:os";
    try {
      Path tree = Files.createDirectories(directory.resolve("tree/usr/bin"));
      Files.writeString(tree.resolve("tool"), "a tool");
      String tar = directory.resolve("tree.tar").toString();
      tools.run("tar", "-C", directory.resolve("tree").toString(), "-cf", tar, ".");
      tools.run("podman", "import", "--quiet", tar, image);

      Map<String, String> outputs =
          runner.action(
              "rechunk",
              inputs(
                  "ref",
                  "varve-action-judge:os",
                  "engine",
                  "container",
                  "rechunk",
                  tool.with("none"),
                  "on-known-failure",
                  "ignore",
                  "keep-ref",
                  "true",
                  "version",
                  "40-<date>",
                  "changelog",
                  "All of <version>",
                  "labels",
                  "title=OS <version>"));

      String version = "40-" + today.substring(2);
      Path location = location(outputs);
      assertThat(location).hasFileName("varve-action-judge_os");
      assertThat(outputs)
          .containsEntry("ref", "oci:" + location + ":" + version)
          .containsEntry("version", version);
      assertThat(inspect(ref(outputs)).stringMap("Labels"))
          .containsEntry("title", "OS " + version)
          .containsEntry("rechunk.version", "hhd-dev/rechunk " + tool.with("none"));
      assertThat(Path.of(location + ".changelog.txt")).hasContent("All of " + version);
      assertThat(runner.log()).contains("  chunk: told: VERSION=" + version);
      tools.run("podman", "image", "exists", image);
    } finally {
      tool.remove();
    }
  }

  /** Returns the metadata of all paths below a directory, and the digests of files. */
  private static Map<String, String> contents(Path root) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        Map<String, Object> attributes =
            Files.readAttributes(path, "unix:mode,ino,uid,lastModifiedTime", NOFOLLOW_LINKS);
        String digest =
            Files.isRegularFile(path) ? Digest.of(Files.readAllBytes(path)).toString() : "";
        contents.put(root.relativize(path).toString(), new TreeMap<>(attributes) + " " + digest);
      }
    }
    return contents;
  }

  @ParameterizedTest
  @CsvSource({
    "rootfs:rootfs/, rootfs",
    "rootfs:rootfs, rootfs",
    "rootfs:., image.",
    "oci:single, single",
    "oci:dir:os, dir_os",
    "oci-archive:image.tar, image.tar",
    "localhost/src, src"
  })
  void theWorkspaceIsNotChangedForAnyNameOfTheSource(String ref, String name) throws Exception {
    Path workspace = runner.workspace();
    Files.createDirectories(workspace.resolve("rootfs/usr/bin"));
    Files.writeString(workspace.resolve("rootfs/usr/bin/tool"), "a tool");
    Files.createDirectories(workspace.resolve("src"));
    Files.writeString(workspace.resolve("src/main.c"), "int main;");
    for (String stem : List.of("rootfs", "single", "image.tar", "src", "image")) {
      Files.writeString(workspace.resolve(stem + ".changelog.txt"), "the user's");
      Files.writeString(workspace.resolve(stem + ".manifest.json"), "the user's");
    }
    new Sample().file("a", "1").writeTo(workspace.resolve("single"), "");
    new Sample().file("a", "1").writeTo(workspace.resolve("dir"), "os");
    new Sample().file("a", "1").writeToArchive(workspace.resolve("image.tar"), "");
    if (ref.startsWith("localhost/")) {
      String tar = directory.resolve("tree.tar").toString();
      tools.run("tar", "-C", workspace.resolve("rootfs").toString(), "-cf", tar, ".");
      tools.run("podman", "import", "--quiet", tar, ref);
    }
    Map<String, String> before = contents(workspace);

    Map<String, String> outputs = runner.action("rechunk", inputs("ref", ref, "version", "1"));

    assertThat(contents(workspace)).isEqualTo(before);
    assertThat(location(outputs))
        .startsWith(directory.resolve("temp"))
        .isDirectory()
        .hasFileName(name);
    assertThat(inspect(ref(outputs)).stringMap("Labels"))
        .containsEntry("org.opencontainers.image.version", "1");
  }

  @Test
  void filesOfOtherStepsInTheRunnersDirectoryAreKept() throws Exception {
    Path temp = directory.resolve("temp");
    Files.writeString(temp.resolve("changelog.md"), "another step's");
    Files.createDirectories(temp.resolve("build_os"));
    Files.writeString(temp.resolve("build_os/index.json"), "another step's");

    runner.action("rechunk", inputs("version", "1"));
    runner.action("rechunk", inputs("image", "owner/my-os"));

    assertThat(temp.resolve("changelog.md")).hasContent("another step's");
    assertThat(temp.resolve("build_os/index.json")).hasContent("another step's");
  }
}
