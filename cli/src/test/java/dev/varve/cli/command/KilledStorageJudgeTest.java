package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Sample;
import dev.varve.cli.Tools;
import dev.varve.cli.command.TracedCli.Ended;
import dev.varve.cli.command.TracedCli.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills commands that write to podman's storage, or the podman that they run, at system calls that
 * change files. The image's name must stay at the old image until the new one is there; the next
 * run must leave the same storage as a run that was not disturbed, and no files of the killed one.
 *
 * <p>The system properties are those of {@link KilledRunsJudgeTest}.
 */
@Tag("judge")
final class KilledStorageJudgeTest {
  private static final int POINTS = Integer.getInteger("varve.fault.points", 1);
  private static final long SEED = Long.getLong("varve.fault.seed", 1);
  private static final boolean PRINTS = Boolean.getBoolean("varve.fault.print");
  private static final String IMAGE = "localhost/varve-killed:v1";
  private static final String SOURCE = "localhost/varve-killed-source:v1";
  private static final int KILLED = 137;

  /** The failure of Varve if podman is killed. */
  private static final String PODMAN = "varve: running podman ";

  @TempDir private Path images;
  @TempDir private Path directory;

  private enum Job {
    COPY("copy -q oci:IMAGES/os:new containers-storage:" + IMAGE),
    RECHUNK("rechunk -q containers-storage:" + SOURCE + " containers-storage:" + IMAGE);

    private final String line;

    Job(String line) {
      this.line = line;
    }
  }

  @BeforeEach
  void writeImages() throws IOException {
    assertThat(new Tools(directory, "strace", "podman")).isNotNull();
    for (String build : List.of("old", "new")) {
      Sample image = new Sample();
      files(build).forEach(image::file);
      image.writeTo(images.resolve("os"), build);
    }
  }

  private static Map<String, String> files(String build) {
    return Map.of("opt/a", "always the same".repeat(1000), "srv/b", build.repeat(100_000));
  }

  /** A storage of podman's in a directory, with the old image, and with the new one as a source. */
  private final class Place {
    private final Path root;
    private final Cli cli;
    private final Tools tools;
    private final TracedCli traced;

    Place(String name) throws Exception {
      root = Files.createDirectories(directory.resolve(name));
      Path bin = Files.createDirectory(root.resolve("bin"));
      Path podman =
          Files.writeString(
              bin.resolve("podman"),
              """
              #!/bin/sh
              PATH=${PATH#*:}
              exec podman --storage-driver vfs --root DIR/storage --runroot DIR/run "$@"
              """
                  .replace("DIR", root.toString()));
      assertThat(podman.toFile().setExecutable(true)).isTrue();
      cli = new Cli(root).with("PATH", bin + ":" + System.getenv("PATH"));
      tools = new Tools(root, "podman");
      traced = new TracedCli(cli, root);
      pull("old", IMAGE);
      pull("new", SOURCE);
    }

    /** Runs a command line in a process of its own, which finds the podman of this place. */
    private void run(String... line) throws Exception {
      Path output = root.resolve("output");
      int exitCode = cli.start(output, line).waitFor();
      assertThat(exitCode).as(Files.readString(output)).isZero();
    }

    private void pull(String build, String name) throws Exception {
      podman("tag", podman("pull", "-q", "oci:" + images + "/os:" + build), name);
    }

    private String podman(String... arguments) throws Exception {
      return tools.inStorage("podman", arguments);
    }

    private String id() throws Exception {
      return podman("image", "inspect", "--format", "{{.Id}}", IMAGE);
    }

    /** Checks that the image has the files of a build. */
    private void requireContent(String build) throws Exception {
      Path mounted = Path.of(podman("image", "mount", IMAGE));
      for (Map.Entry<String, String> file : files(build).entrySet()) {
        assertThat(mounted.resolve(file.getKey())).hasContent(file.getValue());
      }
      podman("image", "unmount", IMAGE);
    }

    /** Returns the storage's images, layers and mounts, and the temporary files. */
    private Map<String, Object> state() throws Exception {
      Map<String, Object> state = new TreeMap<>();
      String format = "{{.ID}} {{.Digest}} {{.Names}}";
      state.put(
          "images",
          podman("images", "--all", "--no-trunc", "--format", format).lines().sorted().toList());
      try (Stream<Path> layers = Files.list(root.resolve("storage/vfs/dir"))) {
        state.put("layers", layers.map(Path::getFileName).sorted().toList());
      }
      state.put("mounts", podman("image", "mount"));
      state.put("temporary files", cli.scratch());
      return state;
    }

    /** Lets podman check its storage, which podman can from 5.2 on. */
    private void check() throws Exception {
      List<String> line = new ArrayList<>(List.of("podman", "--storage-driver", "vfs"));
      line.addAll(List.of("--root", root.resolve("storage").toString()));
      line.addAll(List.of("--runroot", root.resolve("run").toString(), "system", "check"));
      String failure = tools.outputOfFailure(line.toArray(String[]::new));
      assertThat(failure.contains("unrecognized command") ? "" : failure).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theNextRunAfterAKillEndsInTheSameStorage(Job job) throws Exception {
    String[] line = job.line.replace("IMAGES", images.toString()).split(" ");
    Place undisturbed = new Place("once");
    String old = undisturbed.id();
    Map<String, Object> before = undisturbed.state();
    List<Point> points =
        new ArrayList<>(undisturbed.traced.points(List.of(undisturbed.root.toString()), line));
    Collections.shuffle(points, new Random(SEED));
    String wanted = undisturbed.id();
    Map<String, Object> after = undisturbed.state();
    assertThat(wanted).isNotEqualTo(old);
    print(job + ": " + points.size() + " points");

    for (Point point : points.subList(0, Math.min(POINTS, points.size()))) {
      Place place = new Place("kill" + points.indexOf(point));
      String name = job + " at " + point + ", -Dvarve.fault.seed=" + SEED;
      assertThat(place.state()).as(name).isEqualTo(before);

      Ended ended = place.traced.kill(point, line);
      print(name + ": " + ended);

      if (ended.exitCode() != KILLED && ended.exitCode() != 0) {
        assertThat(ended.exitCode()).as(name + ended.output()).isEqualTo(1);
        assertThat(ended.output().lines()).as(name).last().asString().startsWith(PODMAN);
      }
      assertThat(place.id()).as(name).isIn(old, wanted);
      place.requireContent(place.id().equals(old) ? "old" : "new");
      place.cli.ageScratch();
      place.run(line);
      assertThat(place.state()).as(name).isEqualTo(after);
      place.requireContent("new");
      place.check();
    }
  }

  private static void print(String line) {
    if (PRINTS) {
      System.out.println(line);
    }
  }
}
