package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.Owner;
import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSink;
import dev.varve.core.layout.OciLayout;
import dev.varve.runner.Elevation;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the container engine on a small image with real podman, and a stand-in for the tool that can
 * fail as the tool does. Asserts after each test that the run has left nothing in podman.
 */
@Tag("judge")
abstract class ContainerFixture {
  static final String NAME = "varve-container-judge";
  static final String SOURCE = "localhost/varve-source-judge:tag";

  /** A tool that no registry has. */
  static final String ABSENT = "localhost:1/no/such/rechunk:v0";

  private static StandIn standIn;

  @TempDir Path directory;
  private PodmanContents before;
  final BlockingQueue<String> progressLines = new LinkedBlockingQueue<>();

  /**
   * The images that were copied into podman's storage, recorded at the beginning of each last step.
   */
  final List<List<String>> copies = new ArrayList<>();

  @BeforeAll
  static void makeImages(@TempDir Path shared) throws Exception {
    standIn = StandIn.make(shared, "{\"tool\":\"1.0-1\"}", NAME);
    Path root = shared.resolve("source");
    Files.createDirectories(root.resolve("usr/bin"));
    Files.createDirectories(root.resolve("usr/share/rpm"));
    Files.createDirectories(root.resolve("usr/lib/modules/6.17.4"));
    Files.writeString(root.resolve("usr/lib/modules/6.17.4/vmlinuz"), "a kernel");
    Files.createDirectories(root.resolve("etc"));
    Files.createDirectories(root.resolve("run/lock"));
    Files.createDirectories(root.resolve("var/lib/tool"));
    Files.writeString(root.resolve("var/lib/tool/state"), "a state");
    Files.writeString(root.resolve("usr/bin/tool"), "a tool");
    try (InputStream in =
        new GZIPInputStream(
            Files.newInputStream(Path.of("../core/src/test/fixtures/rpmdb/rpmdb.sqlite.gz")))) {
      Files.copy(in, root.resolve("usr/share/rpm/rpmdb.sqlite"));
    }
    Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\n");
    Path tar = shared.resolve("source.tar");
    StandIn.run("tar", "-C", root.toString(), "-cf", tar.toString(), ".");
    StandIn.run("podman", "import", "--quiet", tar.toString(), SOURCE);
  }

  @AfterAll
  static void removeImages() throws Exception {
    if (standIn != null) {
      standIn.remove();
      StandIn.run("podman", "rmi", "--force", "--ignore", SOURCE);
    }
  }

  @BeforeEach
  void recordPodmanContents() throws Exception {
    before = PodmanContents.now();
  }

  @AfterEach
  void assertNothingIsLeft() throws Exception {
    PodmanContents after = PodmanContents.now();
    assertThat(after.containers()).isEqualTo(before.containers());
    assertThat(after.volumes()).isEqualTo(before.volumes());
    assertThat(after.mounts()).isEqualTo(before.mounts());
    if (Files.exists(directory.resolve("scratch"))) {
      assertThat(directory.resolve("scratch")).isEmptyDirectory();
    }
  }

  static ContainerSettings.Builder settings() {
    return ContainerSettings.builder().tool("localhost/" + NAME + ":none").keepSource(true);
  }

  static Podman podman() {
    return new Podman("podman", Elevation.NONE);
  }

  static List<String> copies() {
    try {
      return StandIn.run("podman", "images", "--format", "{{.Repository}}:{{.Tag}}")
          .lines()
          .filter(image -> image.startsWith("localhost/" + Owner.current()))
          .toList();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  final RechunkResult rechunk(ContainerSettings.Builder settings) throws IOException {
    return rechunk(podman(), settings, request -> request);
  }

  final RechunkResult rechunk(
      Podman podman,
      ContainerSettings.Builder settings,
      UnaryOperator<RechunkRequest.Builder> options)
      throws IOException {
    return rechunk(SOURCE, podman, settings, options);
  }

  final RechunkResult rechunk(
      String image,
      Podman podman,
      ContainerSettings.Builder settings,
      UnaryOperator<RechunkRequest.Builder> options)
      throws IOException {
    Path scratch = Files.createDirectories(directory.resolve("scratch"));
    try (ContainerEngine engine = new ContainerEngine(podman, settings.build());
        TreeSource source = engine.open(image, scratch, "containers-storage:" + image);
        ImageSink sink = OciLayout.create(directory.resolve("dest"), "", "oci:dest")) {
      RechunkRequest.Builder request =
          RechunkRequest.builder(source, sink, scratch).progress(new RecordedProgress());
      return engine.rechunk(options.apply(request).build());
    }
  }

  final class RecordedProgress implements Progress {
    @Override
    public void notice(String text) {
      progressLines.add("note: " + text);
    }

    @Override
    public void output(String program, String line) {
      progressLines.add(program + ": " + line);
      if (line.startsWith("told: OUT_NAME=")) {
        copies.add(copies());
      }
    }
  }

  final String with(String fault) throws Exception {
    return standIn.with(fault);
  }
}
