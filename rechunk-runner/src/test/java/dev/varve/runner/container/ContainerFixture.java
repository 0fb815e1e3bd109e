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
 * Runs the container on a small image, by real podman, with a stand-in that does wrong what real
 * runs do. What a run could leave is looked for after each.
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
  final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  /** The images that were copied into podman's storage, whenever the last step begins. */
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
  void lookAtPodman() throws Exception {
    before = PodmanContents.now();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    PodmanContents left = PodmanContents.now();
    assertThat(left.containers()).isEqualTo(before.containers());
    assertThat(left.volumes()).isEqualTo(before.volumes());
    assertThat(left.mounts()).isEqualTo(before.mounts());
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
      told.add("note: " + text);
    }

    @Override
    public void output(String program, String line) {
      told.add(program + ": " + line);
      if (line.startsWith("told: OUT_NAME=")) {
        copies.add(copies());
      }
    }
  }

  final String with(String fault) throws Exception {
    return standIn.with(fault);
  }
}
