package dev.varve.cli.github;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.cli.Documents;
import dev.varve.cli.Sample;
import dev.varve.cli.Tools;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import dev.varve.runner.container.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The composite actions, run step by step, with the jar that was built and distribution's registry.
 */
@Tag("judge")
final class ActionJudgeTest {
  private static final Path JAR = Documents.ROOT.resolve("cli/target/varve.jar");

  /** The machine's day: the command has no other. */
  private final String today =
      LocalDate.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyyMMdd"));

  @TempDir private Path directory;
  private RealRegistry registry;
  private Tools tools;
  private ActionsRunner runner;

  @BeforeEach
  void start() throws IOException {
    tools = new Tools(directory, "skopeo");
    registry = RealRegistry.startWithLogin();
    tools.login(registry);
    runner = new ActionsRunner(directory, Documents.ROOT);
    build("1");
  }

  @AfterEach
  void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  private void build(String content) throws IOException {
    new Sample()
        .file("a", "1")
        .file("b", content)
        .label("kept", "yes")
        .writeTo(directory.resolve("build"), "os");
  }

  private Map<String, String> inputs(String... namesAndValues) {
    Map<String, String> inputs = new HashMap<>();
    inputs.put("jar", JAR.toString());
    inputs.put("ref", "oci:" + directory.resolve("build") + ":os");
    inputs.put("registry", registry.host());
    inputs.put("username", RealRegistry.USER);
    inputs.put("password", RealRegistry.PASSWORD);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      inputs.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return inputs;
  }

  private JsonObject inspect(String reference) throws Exception {
    return tools.json("skopeo", "inspect", "--tls-verify=false", reference);
  }

  private static String ref(Map<String, String> outputs) {
    return outputs.getOrDefault("ref", "");
  }

  private static Path location(Map<String, String> outputs) {
    return Path.of(outputs.getOrDefault("location", ""));
  }

  private String repository() {
    return "docker://" + registry.host() + "/owner/my-os";
  }

  @Test
  void anImageIsPublished() throws Exception {
    String evil = "$(touch pwned)`touch pwned`\"; touch pwned '";
    Map<String, String> outputs =
        runner.action(
            "rechunk",
            inputs(
                "image",
                "Owner/My-OS",
                "tags",
                "latest, stable",
                "labels",
                "title=" + evil + "\nx=y\n"));

    JsonObject latest = inspect(repository() + ":latest");
    assertThat(latest.string("Digest")).isEqualTo(outputs.get("digest"));
    assertThat(latest.stringMap("Labels"))
        .containsEntry("title", evil)
        .containsEntry("x", "y")
        .containsEntry("kept", "yes")
        .containsEntry("org.opencontainers.image.version", "40-" + today)
        .containsEntry("io.github-actions.build.url", "https://github.com/Owner/os/actions/runs/7");
    assertThat(latest.strings("RepoTags")).contains("40-" + today, "latest", "stable");
    assertThat(outputs)
        .containsEntry("tags", "40-" + today + " latest stable")
        .containsEntry("is-new", "true")
        .containsEntry("prev-ref", "");
    assertThat(outputs.get("registry-paths"))
        .startsWith("[\"" + registry.host() + "/owner/my-os:40-" + today + "\"");
    assertThat(Integer.parseInt(outputs.getOrDefault("chunks", ""))).isPositive();
    assertThat(runner.workspace()).isEmptyDirectory();
    assertThat(runner.log())
        .contains("::add-mask::" + RealRegistry.PASSWORD)
        .anyMatch(line -> line.startsWith("::warning title=No previous image::"))
        .anyMatch(line -> line.startsWith("::warning title=Not signed::"));
    assertThat(Path.of(outputs.getOrDefault("changelog", "")))
        .content()
        .startsWith("# 40-" + today);

    build("2");
    Map<String, String> next =
        runner.action("rechunk", inputs("image", "owner/my-os", "tags", "latest"));
    assertThat(next.get("prev-ref")).endsWith("@" + outputs.get("digest"));
    assertThat(next.get("digest")).isNotEqualTo(outputs.get("digest"));
    assertThat(inspect(repository() + ":latest").string("Digest")).isEqualTo(next.get("digest"));
  }

  @Test
  void aDryRunPublishesNothing() throws Exception {
    Map<String, String> outputs =
        runner.action("rechunk", inputs("image", "owner/my-os", "dry-run", "true"));
    assertThat(outputs).containsEntry("digest", "");
    assertThat(registry.log()).doesNotContain("\"PUT ");
  }

  @Test
  void aLayoutIsLeftAsHhdDevRechunkLeavesIt() throws Exception {
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
  void aPreviousImageThatIsNotThereIsWarnedOfOrIsAFailure() throws Exception {
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
  void theContainerEngineLeavesItsLayoutThere() throws Exception {
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

  /** All that is below a directory: kinds, modes, times, and what files hold. */
  private static Map<String, String> contents(Path root) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        Map<String, Object> facts =
            Files.readAttributes(path, "unix:mode,ino,uid,lastModifiedTime", NOFOLLOW_LINKS);
        String held =
            Files.isRegularFile(path) ? Digest.of(Files.readAllBytes(path)).toString() : "";
        contents.put(root.relativize(path).toString(), new TreeMap<>(facts) + " " + held);
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
  void theWorkspaceStaysAsItIsWhateverTheSourceIsCalled(String ref, String name) throws Exception {
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
  void whatIsInTheRunnersDirectoryForFilesOfAJobStaysThere() throws Exception {
    Path temp = directory.resolve("temp");
    Files.writeString(temp.resolve("changelog.md"), "another step's");
    Files.createDirectories(temp.resolve("build_os"));
    Files.writeString(temp.resolve("build_os/index.json"), "another step's");

    runner.action("rechunk", inputs("version", "1"));
    runner.action("rechunk", inputs("image", "owner/my-os"));

    assertThat(temp.resolve("changelog.md")).hasContent("another step's");
    assertThat(temp.resolve("build_os/index.json")).hasContent("another step's");
  }

  @Test
  void anAsteriskAmongTheTagsIsNoPattern() throws Exception {
    Files.writeString(runner.workspace().resolve("stable"), "a file");
    assertThatThrownBy(
            () -> runner.action("rechunk", inputs("image", "owner/my-os", "tags", "latest, *")))
        .isInstanceOf(ActionsRunner.FailedStep.class)
        .hasMessageContaining("*");
    assertThat(registry.log()).doesNotContain("\"PUT ");
  }

  @Test
  void commitsAreThoseOfTheWorkspace() throws Exception {
    String git = "git -C " + runner.workspace() + " -c user.name=a -c user.email=a@b.c ";
    Files.writeString(runner.workspace().resolve("Containerfile"), "FROM scratch");
    tools.run("sh", "-ec", git + "init -q; " + git + "add .; " + git + "commit -q -m First");
    String first = tools.run("sh", "-c", git + "rev-parse HEAD").strip();
    Map<String, String> outputs =
        runner.action("rechunk", inputs("image", "owner/my-os", "revision", first));
    tools.run("sh", "-ec", git + "commit -q --allow-empty -m Second");
    String second = tools.run("sh", "-c", git + "rev-parse HEAD").strip();
    build("2");

    Map<String, String> next =
        runner.action(
            "rechunk",
            inputs(
                "prev-ref",
                repository() + "@" + outputs.get("digest"),
                "revision",
                second,
                "changelog",
                "<commits>"));

    assertThat(Path.of(next.getOrDefault("changelog", "")))
        .hasContent("- **" + second.substring(0, 7) + "** Second\n");
  }

  @Test
  void anEngineThatThereIsNotIsNamed() {
    assertThatThrownBy(() -> runner.action("rechunk", inputs("engine", "steam")))
        .hasMessageContaining(
            "::error title=Rechunk::engine: expected builtin or container, got steam");
  }

  @Test
  void anInputThatIsMissingIsNamed() {
    assertThatThrownBy(() -> runner.action("rechunk", inputs("ref", "")))
        .hasMessageContaining(
            "::error title=Rechunk::ref: expected the image to rechunk, got nothing");
  }

  @Test
  void onlyTheReleaseThatIsPinnedRuns() throws Exception {
    Path project = directory.resolve("project");
    Path action = project.resolve(".github/actions/setup-varve");
    Files.createDirectories(action);
    for (String file : List.of("action.yml", "setup")) {
      Path original = Documents.ROOT.resolve(".github/actions/setup-varve").resolve(file);
      Files.copy(original, action.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    Path launcher = Path.of("cli/src/main/launcher/varve");
    Files.createDirectories(project.resolve(launcher).getParent());
    Files.copy(
        Documents.ROOT.resolve(launcher),
        project.resolve(launcher),
        StandardCopyOption.COPY_ATTRIBUTES);
    ActionsRunner pinning = new ActionsRunner(directory, project);
    String right = Digest.of(Files.readAllBytes(JAR)).toString().substring("sha256:".length());

    pin(action, right.replace(right.charAt(0), right.charAt(0) == '0' ? '1' : '0'));
    assertThatThrownBy(() -> pinning.action("setup-varve", Map.of()))
        .hasMessageContaining("expected the SHA-256 ")
        .hasMessageContaining(", got " + right);

    pin(action, right);
    pinning.action("setup-varve", Map.of());
    assertThat(pinning.log()).last().asString().startsWith("varve ");

    pin(action, "");
    assertThatThrownBy(() -> pinning.action("setup-varve", Map.of()))
        .hasMessageContaining("no release is pinned in this commit");
  }

  private static void pin(Path action, String sha256) throws IOException {
    Files.writeString(
        action.resolve("varve.release"),
        "version=0.0.0\nurl=%s\nsha256=%s\n".formatted(JAR.toUri(), sha256));
  }
}
