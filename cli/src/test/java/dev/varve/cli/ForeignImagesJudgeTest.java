package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.cli.session.SampleBuilds;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.plan.PlanState;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that Varve copies images and artifacts that skopeo, crane, oras, podman and buildah pushed
 * to distribution's registry.
 */
@Tag("judge")
final class ForeignImagesJudgeTest {
  private static RealRegistry registry;

  @TempDir private Path directory;
  private Tools tools;
  private Cli cli;

  @BeforeAll
  static void start() throws IOException {
    registry = RealRegistry.startWithLogin();
  }

  @AfterAll
  static void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void setUp() throws IOException {
    tools = new Tools(directory, "skopeo", "crane", "oras", "podman", "buildah");
    tools.login(registry);
    cli = new Cli(directory);
    try (InputStream sample = SampleBuilds.archive()) {
      Files.copy(Objects.requireNonNull(sample), directory.resolve("sample.tar"));
    }
    Files.writeString(directory.resolve("note.txt"), "a note");
  }

  @AfterEach
  void emptyStorage() throws Exception {
    if (Files.exists(directory.resolve("storage"))) {
      tools.inStorage("buildah", "rm", "--all");
      tools.inStorage("podman", "rmi", "--all", "--force");
    }
  }

  private String name(String path) {
    return registry.host() + "/" + path;
  }

  private Run varve(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  /**
   * Copies an image to a layout and back to the registry, and asserts that its digest is kept;
   * reading verifies the blobs.
   */
  private void expectReadable(String name) throws Exception {
    Digest digest = tools.digest(name);
    assertThat(copied("docker://" + name, "oci:DIR/layout:x")).isEqualTo(digest);
    String target = name("back/" + digest.hex().substring(0, 8) + ":x");
    assertThat(copied("oci:DIR/layout:x", "docker://" + target)).isEqualTo(digest);
    assertThat(tools.digest(target)).isEqualTo(digest);
    tools.run("crane", "validate", "--remote", target);
  }

  private Digest copied(String from, String to, String... options) throws IOException {
    String[] line =
        Stream.concat(Stream.of("copy", from, to, "--json", "-q"), Stream.of(options))
            .toArray(String[]::new);
    return Digest.parse(varve(line).json().string("digest"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci", "v2s2"})
  void imagesOfSkopeoAreCopied(String format) throws Exception {
    String name = name("skopeo:" + format);
    tools.skopeo("--format", format, "oci-archive:sample.tar:monday", "docker://" + name);
    expectReadable(name);
    Run same = cli.run("verify-content", "oci-archive:DIR/sample.tar:monday", "docker://" + name);
    assertThat(same.exitCode()).as(same.out() + same.err()).isZero();
  }

  @Test
  void imagesOfCraneAreCopied() throws Exception {
    tools.skopeo("oci-archive:sample.tar:monday", "oci:crane");
    tools.run("crane", "push", "crane", name("crane:pushed"));
    expectReadable(name("crane:pushed"));
    tools.run("tar", "-cf", "note.tar", "note.txt");
    String appended = name("crane:appended");
    tools.run("crane", "append", "-b", name("crane:pushed"), "-f", "note.tar", "-t", appended);
    expectReadable(appended);
    // Without a base image, crane writes an image in Docker's format.
    tools.run("crane", "append", "-f", "note.tar", "-t", name("crane:alone"));
    expectReadable(name("crane:alone"));
  }

  @Test
  void imagesOfPodmanAreCopied() throws Exception {
    tools.skopeo("oci-archive:sample.tar:monday", "oci:podman:monday");
    String id = tools.inStorage("podman", "pull", "-q", "oci:podman:monday");
    tools.push("podman", id, "docker://" + name("podman:oci"));
    expectReadable(name("podman:oci"));
    tools.push("podman", "--format", "v2s2", id, "docker://" + name("podman:v2s2"));
    expectReadable(name("podman:v2s2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci", "v2s2"})
  void indexesOfBuildahAreCopied(String format) throws Exception {
    tools.inStorage("buildah", "manifest", "create", "both");
    for (String architecture : List.of("amd64", "arm64")) {
      String container = tools.inStorage("buildah", "from", "--arch", architecture, "scratch");
      tools.inStorage("buildah", "copy", container, "note.txt", "/" + architecture);
      tools.inStorage("buildah", "commit", "-q", container, "local/" + architecture);
      tools.inStorage("buildah", "manifest", "add", "both", "local/" + architecture);
    }
    String index = name("buildah:" + format);
    tools.inStorage(
        "buildah",
        "manifest",
        "push",
        "-q",
        "--tls-verify=false",
        "--all",
        "--format",
        format,
        "both",
        "docker://" + index);
    Digest digest = tools.digest(index);

    assertThat(copied("docker://" + index, "oci:DIR/layout:x", "--all")).isEqualTo(digest);
    String target = name("back/buildah:" + format);
    assertThat(copied("oci:DIR/layout:x", "docker://" + target, "--all")).isEqualTo(digest);
    tools.run("crane", "validate", "--remote", target);
    tools.skopeo("--all", "--preserve-digests", "docker://" + target, "dir:skopeo");
    assertThat(Digest.of(Files.readAllBytes(directory.resolve("skopeo/manifest.json"))))
        .isEqualTo(digest);
    Digest arm64 =
        Digest.parse(tools.run("crane", "digest", "--platform", "linux/arm64", index).strip());
    assertThat(copied("docker://" + index, "oci:DIR/layout:arm64", "--platform", "linux/arm64"))
        .isEqualTo(arm64);
  }

  @Test
  void skopeoAndVarveCopyTheSameBlobsOfAnIndex() throws Exception {
    for (String tag : List.of("monday", "tuesday")) {
      tools.skopeo("oci-archive:sample.tar:" + tag, "docker://" + name("index:" + tag));
    }
    String index = name("index:both");
    tools.run(
        "crane",
        "index",
        "append",
        "-m",
        name("index:monday"),
        "-m",
        name("index:tuesday"),
        "-t",
        index);
    tools.skopeo("--all", "--preserve-digests", "docker://" + index, "oci:skopeos:x");
    copied("docker://" + index, "oci:DIR/varves:x", "--all", "--preserve-digests");
    String list = "cd \"$1/blobs/sha256\" && sha256sum *";
    assertThat(tools.run("sh", "-ec", list, "list", "varves"))
        .isEqualTo(tools.run("sh", "-ec", list, "list", "skopeos"));
  }

  @Test
  void artifactsOfOrasAreCopied() throws Exception {
    String name = name("oras:artifact");
    tools.run(
        "oras", "push", "--plain-http", "--artifact-type", "application/x.note", name, "note.txt");
    Digest digest = tools.digest(name);
    assertThat(copied("docker://" + name, "oci:DIR/layout:x")).isEqualTo(digest);
    assertThat(copied("oci:DIR/layout:x", "docker://" + name("back/oras:x"))).isEqualTo(digest);
    tools.run("oras", "pull", "--plain-http", "-o", "pulled", name("back/oras:x"));
    assertThat(directory.resolve("pulled/note.txt")).hasContent("a note");
  }

  private void attach(String type, String image) throws Exception {
    tools.run("oras", "attach", "--plain-http", "--artifact-type", type, image, "note.txt");
  }

  private List<String> types(String image) throws Exception {
    return tools.referrers(image).stream()
        .map(each -> text(each, "artifactType"))
        .sorted()
        .toList();
  }

  private static String text(JsonObject object, String name) {
    try {
      return object.string(name);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void artifactsAttachedByOrasAreCopiedWithTheImage() throws Exception {
    tools.skopeo("oci-archive:sample.tar:monday", "docker://" + name("attached:x"));
    attach("application/x.one", name("attached:x"));
    attach("application/x.two", name("attached:x"));
    copied("docker://" + name("attached:x"), "oci:DIR/layout:x");
    copied("oci:DIR/layout:x", "docker://" + name("back/attached:x"));
    assertThat(types(name("back/attached:x")))
        .containsExactly("application/x.one", "application/x.two");
    assertThat(tools.referrers(name("back/attached:x")).toString().replace("/back", ""))
        .isEqualTo(tools.referrers(name("attached:x")).toString());
  }

  @Test
  void orasAndVarveAddToEachOthersReferrers() throws Exception {
    varve("rechunk", "-q", "--fresh", "oci-archive:DIR/sample.tar:monday", "oci:DIR/os:x");
    String image = name("shared:x");
    tools.skopeo("--preserve-digests", "oci:os:x", "docker://" + image);
    attach("application/x.one", image);
    copied("oci:DIR/os:x", "docker://" + image);
    attach("application/x.two", image);
    assertThat(types(image))
        .containsExactly(PlanState.ARTIFACT_TYPE, "application/x.one", "application/x.two");
    copied("oci:DIR/os:x", "docker://" + image);
    assertThat(types(image)).hasSize(3);
    assertThat(varve("plan", "export", "docker://" + image).err()).isEmpty();
  }
}
