package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.cli.Tools;
import dev.varve.cli.command.TracedCli.Ended;
import dev.varve.cli.command.TracedCli.Point;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills commands at system calls that change files or send requests, and makes such calls fail.
 * What was at the destination must stay until all of the new is there, and the next run must leave
 * the same files as a run that was not disturbed.
 *
 * <p>The system property {@code varve.fault.points} says how many points of each command are tried,
 * {@code varve.fault.seed} which ones.
 */
@Tag("judge")
final class KilledRunsJudgeTest {
  private static final int POINTS = Integer.getInteger("varve.fault.points", 1);
  private static final long SEED = Long.getLong("varve.fault.seed", 1);
  private static final boolean PRINTS = Boolean.getBoolean("varve.fault.print");
  private static final String PASSWORD = "s3cret";

  /** The images; a run does not change them. */
  @TempDir private static Path images;

  @TempDir private Path directory;
  private FakeRegistry registry;

  /** A command, after which the destination has a new image. */
  private enum Job {
    RECHUNK("rechunk -q IMAGES/os:2 oci:DIR/out/os:v1 --prev IMAGES/built:1"),
    RECHUNK_ANEW("rechunk -q IMAGES/os:2 oci:DIR/out/new:v1 --prev IMAGES/built:1"),
    RECHUNK_ARCHIVE("rechunk -q IMAGES/os:2 oci-archive:DIR/out/os.tar:v1 --prev IMAGES/built:1"),
    COPY("copy -q IMAGES/os:2 oci:DIR/out/os:v1"),
    PULL("copy -q docker://HOST/os:2 oci-archive:DIR/out/os.tar:v1"),
    PUSH("copy -q IMAGES/os:2 docker://HOST/out:v1"),
    PUBLISH(
        "publish -q IMAGES/os:2 docker://HOST/out --version 40-2 --pattern ^40- --tag latest"
            + " --deltas 1 --key IMAGEDIR/os.key"),
    CREATE_DELTA("delta create -q IMAGES/built:1 IMAGES/built:2 oci:DIR/out/delta"),
    UPDATE("copy -q docker://HOST/os:built oci:DIR/out/os:v1 --from IMAGES/built:1");

    private final String line;

    Job(String line) {
      this.line = line;
    }

    String[] line(FakeRegistry registry) {
      return line.replace("IMAGES", "oci:" + images)
          .replace("IMAGEDIR", images.toString())
          .replace("HOST", registry.host())
          .split(" ");
    }
  }

  @BeforeAll
  static void writeImages() throws IOException {
    for (int i = 0; i < 3; i++) {
      image(i).writeTo(images.resolve("os"), "" + i);
    }
    Cli cli = cli(images);
    run(cli, "rechunk", "-q", "oci:DIR/os:0", "oci:DIR/built:0");
    run(cli, "rechunk", "-q", "oci:DIR/os:1", "oci:DIR/built:1", "--prev", "oci:DIR/built:0");
    run(cli, "rechunk", "-q", "oci:DIR/os:2", "oci:DIR/built:2", "--prev", "oci:DIR/built:1");
    run(cli, "generate-key-pair", "--output-key-prefix=DIR/os");
  }

  private static Sample image(int build) {
    byte[] program = new byte[200_000];
    new Random(7).nextBytes(program);
    program[100_000] = (byte) build;
    return new Sample()
        .file("opt/a", "always the same".repeat(1000))
        .file("srv/b", "another each day: " + build)
        .file("usr/bin/program", program)
        .file("home/d", Integer.toString(build).repeat(5000));
  }

  private static Cli cli(Path directory) {
    return new Cli(directory).with("COSIGN_PASSWORD", PASSWORD);
  }

  private static void run(Cli cli, String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(String.join(" ", line) + "\n" + run.err()).isZero();
  }

  @BeforeEach
  void start() throws IOException {
    assertThat(new Tools(directory, "strace")).isNotNull();
    registry = FakeRegistry.start();
    Cli cli = cli(directory);
    run(cli, "copy", "-q", "oci:" + images + "/os:2", "docker://" + registry.host() + "/os:2");
    String built = "docker://" + registry.host() + "/os:built";
    run(cli, "copy", "-q", "oci:" + images + "/built:2", built);
    run(
        cli,
        "delta",
        "create",
        "-q",
        "oci:" + images + "/built:1",
        built,
        "docker://" + registry.host() + "/os");
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  /** A destination with an older image. */
  private final class Place {
    private final Path root;
    private final Cli cli;
    private final TracedCli traced;

    Place(String name) throws IOException {
      this.root = Files.createDirectories(directory.resolve(name));
      this.cli = cli(root);
      this.traced = new TracedCli(cli, root);
      String old = "oci:" + images + "/os:0";
      run(cli, "copy", "-q", old, "oci:DIR/out/os:v1");
      run(cli, "copy", "-q", old, "oci-archive:DIR/out/os.tar:v1");
      registry.remove("out");
      for (String tag : List.of("v1", "40-0", "latest")) {
        run(cli, "copy", "-q", old, "docker://" + registry.host() + "/out:" + tag);
      }
    }
  }

  /** An error of the disk, with the exit code and the words of its message. */
  private enum DiskError {
    EIO(1, "input/output error"),
    ENOSPC(7, "no space left on device"),
    EROFS(7, "read-only file system");

    private final int exitCode;
    private final String words;

    DiskError(int exitCode, String words) {
      this.exitCode = exitCode;
      this.words = words;
    }
  }

  @ParameterizedTest
  @EnumSource
  void theNextRunAfterADisturbedOneEndsInTheSameState(Job job) throws Exception {
    Place undisturbed = new Place("undisturbed");
    String[] line = job.line(registry);
    Map<String, Object> before = state(undisturbed);
    String root = undisturbed.root.toString();
    List<Point> points =
        new ArrayList<>(
            undisturbed.traced.points(List.of(root, "->" + registry.host() + "]"), line));
    undisturbed.traced.clear();
    Map<String, Object> after = state(undisturbed);
    assertThat(StateDifference.of(before, after)).isNotEmpty();
    Collections.shuffle(points, new Random(SEED));
    print(job + ": " + points.size() + " points");

    int number = 0;
    for (Point point : points.subList(0, Math.min(POINTS, points.size()))) {
      List<Optional<DiskError>> ways = new ArrayList<>(List.of(Optional.empty()));
      if (number % 2 == 0 && !point.isOfJava()) {
        ways.add(Optional.of(DiskError.values()[(number / 2 + job.name().length()) % 3]));
      }
      number++;
      for (Optional<DiskError> way : ways) {
        String how = way.map(DiskError::toString).orElse("SIGKILL");
        String name = job + " with " + how + " at " + point + ", -Dvarve.fault.seed=" + SEED;
        Place place = new Place(how + points.indexOf(point));
        assertThat(StateDifference.of(before, state(place))).as(name).isEmpty();

        if (way.isEmpty()) {
          kill(place, point, name, line);
        } else {
          fail(place, point, way.get(), name, line);
        }
        place.traced.clear();

        requireOldOrNew(place, name, before, after);
        place.cli.ageScratch();
        run(place.cli, line);
        assertThat(StateDifference.of(after, state(place))).as(name).isEmpty();
      }
    }
  }

  private static void print(String line) {
    if (PRINTS) {
      System.out.println(line);
    }
  }

  private static void kill(Place place, Point point, String name, String... line) throws Exception {
    Ended ended = place.traced.kill(point, line);
    print(name + ": " + ended.exitCode());
    // Threads share the work differently in each run: none may come to that number.
    assertThat(ended.exitCode()).as(name + ended.output()).isIn(137, 0);
  }

  private static void fail(Place place, Point point, DiskError error, String name, String... line)
      throws Exception {
    Ended ended = place.traced.fail(point, error.toString(), line);
    print(name + ": " + ended);
    // Other calls of the same number are those of Java itself, which reads its classes.
    boolean isOurs =
        !ended.injected().isEmpty()
            && ended.injected().stream().allMatch(call -> call.contains(place.root.toString()));
    if (isOurs && ended.exitCode() != 0) {
      assertThat(ended.exitCode()).as(name + ended.output()).isEqualTo(error.exitCode);
      assertThat(ended.output().lines())
          .as(name)
          .last()
          .asString()
          .startsWith("varve: ")
          .containsIgnoringCase(error.words);
    }
  }

  /** Returns the files of a place and the contents of its registry. */
  private Map<String, Object> state(Place place) throws IOException {
    Map<String, Object> state = new TreeMap<>();
    try (Stream<Path> files = Files.walk(place.root)) {
      for (Path file : files.toList()) {
        String name = place.root.relativize(file).toString();
        state.put(
            name,
            Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? Digest.of(Files.readAllBytes(file))
                : "");
      }
    }
    for (String repository : List.of("out", "os")) {
      for (String tag : registry.tags(repository)) {
        state.put(repository + ":" + tag, at(repository, tag));
      }
      state.put(repository + " manifests", Set.copyOf(registry.manifests(repository)));
      state.put(repository + " blobs", registry.blobs(repository));
    }
    return state;
  }

  private Digest at(String repository, String tag) {
    return Digest.of(registry.manifest(repository, tag).orElseThrow());
  }

  /** Checks that all that is visible at the destinations is whole, and either old or new. */
  private void requireOldOrNew(
      Place place, String name, Map<String, Object> before, Map<String, Object> after)
      throws IOException {
    for (String layout : List.of("out/os", "out/new", "out/delta")) {
      requireWhole(place.root.resolve(layout), name);
      requireOldOrNew(layout + "/index.json", state(place), name, before, after);
    }
    requireOldOrNew("out/os.tar", state(place), name, before, after);
    for (String tag : registry.tags("out")) {
      requireOldOrNew("out:" + tag, state(place), name, before, after);
      Set<Digest> blobs = registry.blobs("out");
      byte[] bytes = registry.manifest("out", tag).orElseThrow();
      assertThat(Manifest.parse(bytes, tag).blobs())
          .as(name)
          .allMatch(blob -> blobs.contains(blob.digest()));
    }
  }

  private static void requireOldOrNew(
      String file,
      Map<String, Object> now,
      String name,
      Map<String, Object> before,
      Map<String, Object> after) {
    assertThat(Optional.ofNullable(now.get(file)))
        .as(name + ": " + file)
        .isIn(Optional.ofNullable(before.get(file)), Optional.ofNullable(after.get(file)));
  }

  /** Checks that a layout, if there is one, has all manifests in its index with all their blobs. */
  private static void requireWhole(Path layout, String name) throws IOException {
    Path index = layout.resolve("index.json");
    if (Files.notExists(index)) {
      return;
    }
    for (Descriptor entry : ImageIndex.parse(Files.readAllBytes(index), name).manifests()) {
      assertThat(entry.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
      byte[] bytes = Files.readAllBytes(blob(layout, entry));
      assertThat(Digest.of(bytes)).as(name).isEqualTo(entry.digest());
      for (Descriptor blob : Manifest.parse(bytes, name).blobs()) {
        assertThat(Digest.of(Files.readAllBytes(blob(layout, blob))))
            .as(name)
            .isEqualTo(blob.digest());
      }
    }
  }

  private static Path blob(Path layout, Descriptor blob) {
    return layout.resolve("blobs/sha256").resolve(blob.digest().hex());
  }
}
