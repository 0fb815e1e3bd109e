package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.cli.command.FaultyDisk.Calls;
import dev.varve.cli.command.FaultyDisk.Point;
import dev.varve.core.bytes.Owner;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs commands on a disk that fails with EIO from a call on: for one file, or altogether. The
 * source, the destination, the temporary files, or the configuration is on the disk. A run fails
 * with a message that says so; at the destination is the old or all of the new; and once the disk
 * works again, another run has the result of one that was not disturbed, and leaves nothing else.
 *
 * <p>The system property {@code varve.fault.points} says how many points are tried for each command
 * and place, {@code varve.fault.seed} which ones.
 */
@Tag("judge")
final class FaultyDiskJudgeTest {
  private static final int POINTS = Integer.getInteger("varve.fault.points", 1);
  private static final long SEED = Long.getLong("varve.fault.seed", 1);
  private static final boolean PRINTS = Boolean.getBoolean("varve.fault.print");
  private static final String PASSWORD = "s3cret";

  /** Prints stack traces. */
  private static final boolean DEBUGS = Boolean.getBoolean("varve.fault.debug");

  /** The names of files that are removed, but open. */
  private static final String REMOVED = ".fuse_hidden";

  /** The only exit code of a failed disk. */
  private static final int FAILED = 1;

  /** What is before each run: the directories of {@link Where}. */
  @TempDir private static Path prototype;

  @TempDir private static Path directory;

  /** The files of the disk. */
  private static Path files;

  /** Where the disk is mounted. */
  private static Path mountPoint;

  private static FaultyDisk disk;
  private static FakeRegistry registry;

  /** What is on the disk: all below one directory, which stands in a command line. */
  private enum Where {
    SRC,
    OUT,
    CONF,
    TMP
  }

  private enum Job {
    RECHUNK(
        "rechunk -q oci:SRC/os:2 oci:OUT/os:v1 --prev oci:SRC/built:1 --groups CONF/groups.yml"
            + " --write-changelog OUT/changelog.md"),
    RECHUNK_FILES("rechunk -q rootfs:SRC/root oci:OUT/new:v1 --fresh --verify --json"),
    RECHUNK_ARCHIVE(
        "rechunk -q oci-archive:SRC/os.tar:2 oci-archive:OUT/os.tar:v1 --prev oci:SRC/built:1"
            + " --plan CONF/plan.json --why"),
    COPY("copy -q oci:SRC/built:2 oci:OUT/os:v1"),
    COPY_ARCHIVE("copy -q docker-archive:SRC/docker.tar oci-archive:OUT/os.tar:v1"),
    COPY_DOCKER_ARCHIVE("copy -q oci:SRC/os:2 docker-archive:OUT/docker.tar:os:v1"),
    PUSH("copy -q oci:SRC/os:2 docker://HOST/out:v1 --authfile CONF/auth.json"),
    PULL("copy -q docker://HOST/os:built oci:OUT/os:v1 --authfile CONF/auth.json"),
    UPDATE(
        "copy -q docker://HOST/os:built oci:OUT/os:v1 --from oci:SRC/built:1"
            + " --authfile CONF/auth.json"),
    PUBLISH(
        "publish -q oci:SRC/os:2 docker://HOST/out --version 40-2 --pattern ^40- --tag latest"
            + " --deltas 1 --key CONF/os.key --authfile CONF/auth.json"),
    APPEND("append -q oci:SRC/os:2 oci:OUT/os:v1 --layer SRC/root"),
    INDEX_CREATE("index create -q oci:OUT/os:v1 oci:SRC/os:1 oci:SRC/arm:1"),
    PRUNE("prune -q oci:OUT/old --json"),
    DELTA_CREATE("delta create -q oci:SRC/built:1 oci:SRC/built:2 oci:OUT/delta"),
    DELTA_CREATE_ARCHIVE("delta create -q oci:SRC/os:1 oci:SRC/os:2 oci-archive:OUT/delta.tar"),
    DELTA_APPLY("delta apply -q oci:SRC/delta --from oci:SRC/built:1 oci:OUT/os:v1"),
    DELTA_INSPECT("delta inspect -q oci:SRC/delta --json"),
    DIFF("diff -q oci:SRC/built:1 oci:SRC/built:2 --why --json"),
    CHANGELOG("changelog -q oci:SRC/built:1 oci:SRC/built:2"),
    INSPECT("inspect -q oci-archive:SRC/os.tar --json"),
    VERIFY_CONTENT("verify-content -q oci:SRC/os:2 oci:SRC/built:2"),
    LINT("lint -q rootfs:SRC/root --prev oci:SRC/built:1 --fail-on never"),
    SIMULATE("simulate -q oci:SRC/built --max-layers 3 --groups CONF/groups.yml --json"),
    PLAN_SHOW("plan show -q oci:SRC/os:2"),
    PLAN_EXPORT("plan export -q oci:SRC/built:2 -o OUT/plan.json"),
    SIGN("sign -q docker://HOST/out:v1 --key CONF/os.key --authfile CONF/auth.json"),
    VERIFY("verify -q docker://HOST/os:signed --key CONF/os.pub --authfile CONF/auth.json"),
    ATTACH(
        "attach -q docker://HOST/out:v1 SRC/os.tar --artifact-type a/b --authfile CONF/auth.json"),
    PUBLIC_KEY("public-key --key CONF/os.key"),
    POLICY("policy -q docker://example.com/owner --output OUT/containers"),
    LOGIN("login -q HOST -u me -p s3cret --authfile OUT/auth.json"),
    LOGOUT("logout -q other.example --authfile OUT/auth.json");

    private final String line;

    Job(String line) {
      this.line = line;
    }

    /** Returns the directories in the command line, and the one for temporary files. */
    List<Where> places() {
      return Arrays.stream(Where.values())
          .filter(where -> where == Where.TMP || line.contains(where + "/"))
          .toList();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    files = Files.createDirectory(directory.resolve("files"));
    mountPoint = Files.createDirectory(directory.resolve("disk"));
    disk = FaultyDisk.mount(files, mountPoint);
    registry = FakeRegistry.start();
    registry.access().bearer("me", PASSWORD);
    for (Where where : Where.values()) {
      Files.createDirectories(prototype.resolve(where.name()));
    }
    writeImages();
    writeDestinations();
    writeConfiguration();
    writeRepository();
  }

  @AfterAll
  static void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
    if (disk != null) {
      disk.close();
    }
  }

  private static void writeImages() throws IOException {
    Path source = prototype.resolve(Where.SRC.name());
    for (int i = 0; i < 3; i++) {
      image(i).writeTo(source.resolve("os"), "" + i);
    }
    image(1).platform("linux/arm64").writeTo(source.resolve("arm"), "1");
    prepare("rechunk -q oci:SRC/os:0 oci:SRC/built:0");
    prepare("rechunk -q oci:SRC/os:1 oci:SRC/built:1 --prev oci:SRC/built:0");
    prepare("rechunk -q oci:SRC/os:2 oci:SRC/built:2 --prev oci:SRC/built:1");
    prepare("copy -q oci:SRC/os:2 oci-archive:SRC/os.tar:2");
    prepare("copy -q oci:SRC/os:2 docker-archive:SRC/docker.tar:os:2");
    prepare("delta create -q oci:SRC/built:1 oci:SRC/built:2 oci:SRC/delta");
    Path root = Files.createDirectories(source.resolve("root/usr/lib/apk/db")).resolve("installed");
    Files.writeString(
        root, "P:musl\nV:1\nA:x86_64\nt:1700000000\nF:usr/lib\nR:libc.so\na:0:0:755\n\n");
    Files.writeString(source.resolve("root/usr/lib/libc.so"), "library");
    Files.write(source.resolve("root/usr/lib/large"), program(7));
  }

  private static void writeDestinations() throws IOException {
    prepare("copy -q oci:SRC/os:0 oci:OUT/os:v1");
    prepare("copy -q oci:SRC/os:1 oci:OUT/os:other");
    prepare("copy -q oci:SRC/os:0 oci-archive:OUT/os.tar:v1");
    prepare("copy -q oci:SRC/os:0 docker-archive:OUT/docker.tar:os:v1");
    prepare("copy -q oci:SRC/os:0 oci:OUT/old:v1");
    prepare("copy -q oci:SRC/os:1 oci:OUT/old:v1");
    Path destination = prototype.resolve(Where.OUT.name());
    Files.writeString(destination.resolve("changelog.md"), "old");
    Files.writeString(destination.resolve("plan.json"), "old");
    Files.writeString(
        destination.resolve("auth.json"),
        "{\"auths\":{\"other.example\":{\"auth\":\"bWU6eA==\"}}}");
    Files.createDirectory(destination.resolve("containers"));
    Files.writeString(
        destination.resolve("containers/policy.json"),
        "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
  }

  private static void writeConfiguration() throws IOException {
    Path configuration = prototype.resolve(Where.CONF.name());
    Files.writeString(
        configuration.resolve("groups.yml"), "meta:\n  mine:\n    files:\n      - /srv/*\n");
    prepare("plan export -q oci:SRC/built:1 -o CONF/plan.json");
    prepare("generate-key-pair -q --output-key-prefix CONF/os");
    prepare("login -q HOST -u me -p s3cret --authfile CONF/auth.json");
  }

  /** Writes the images that no command changes. */
  private static void writeRepository() {
    prepare("copy -q oci:SRC/built:2 docker://HOST/os:built --authfile CONF/auth.json");
    prepare("copy -q oci:SRC/os:1 docker://HOST/os:signed --authfile CONF/auth.json");
    prepare("sign -q docker://HOST/os:signed --key CONF/os.key --authfile CONF/auth.json");
    prepare(
        "delta create -q oci:SRC/built:1 docker://HOST/os:built docker://HOST/os"
            + " --authfile CONF/auth.json");
  }

  private static byte[] program(int build) {
    byte[] program = new byte[300_000];
    new Random(7).nextBytes(program);
    program[100_000] = (byte) build;
    return program;
  }

  private static Sample image(int build) {
    return new Sample()
        .file("opt/a", "always the same".repeat(1000))
        .file("srv/b", "another each day: " + build)
        .file("usr/bin/program", program(build))
        .file("home/d", Integer.toString(build).repeat(5000));
  }

  private static Cli cli(Path temporary) {
    return new Cli(directory)
        .with("COSIGN_PASSWORD", PASSWORD)
        .with("TMPDIR", temporary.toString());
  }

  /** Runs a command line on the prototype. */
  private static void prepare(String line) {
    String there = line.replaceAll("\\b(SRC|OUT|CONF)/", prototype + "/$1/");
    Run run =
        cli(prototype.resolve(Where.TMP.name()))
            .run(there.replace("HOST", registry.host()).split(" "));
    assertThat(run.exitCode()).as(line + "\n" + run.err()).isZero();
  }

  /** A command with one of its directories on the disk. */
  private record Setting(Job job, Where where) {
    private static Path good() {
      return directory.resolve("good");
    }

    /** Brings everything to how it is before a run. */
    void reset() throws IOException {
      clear(good());
      clear(files);
      for (Where each : job.places()) {
        Path target = each == where ? files : good();
        copy(prototype.resolve(each.name()), target.resolve(each.name()));
      }
      if (job.line.contains("HOST/out")) {
        registry.remove("out");
        prepare("copy -q oci:SRC/os:0 docker://HOST/out:v1 --authfile CONF/auth.json");
        prepare("copy -q oci:SRC/built:1 docker://HOST/out:40-1 --authfile CONF/auth.json");
        byte[] published = registry.manifest("out", "40-1").orElseThrow();
        registry.tag("out", "latest", Digest.of(published));
      }
      disk.heal();
    }

    private Path place(Where each) {
      return (each == where ? mountPoint : good()).resolve(each.name());
    }

    Run run() {
      String there = job.line.replace("HOST", registry.host());
      for (Where each : Where.values()) {
        there = there.replaceAll("\\b" + each + "/", place(each) + "/");
      }
      return cli(place(Where.TMP)).run((there + (DEBUGS ? " --debug" : "")).split(" "));
    }

    /** Returns the files of all directories, and the contents of the registry. */
    Map<String, Object> state() throws IOException {
      Map<String, Object> state = new TreeMap<>();
      for (Where each : job.places()) {
        Path root = each == where ? files : good();
        for (Path file : deepestFirst(root.resolve(each.name()))) {
          if (!file.getFileName().toString().startsWith(REMOVED)) {
            state.put(root.relativize(file).toString(), content(file));
          }
        }
      }
      for (String repository : List.of("out", "os")) {
        for (String tag : registry.tags(repository)) {
          state.put(
              "registry/" + repository + ":" + tag,
              Digest.of(registry.manifest(repository, tag).orElseThrow()));
        }
        state.put("registry/blobs " + repository, registry.blobs(repository));
      }
      return state;
    }

    Path destination() {
      return (where == Where.OUT ? files : good()).resolve(Where.OUT.name());
    }
  }

  private static Object content(Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        ? Digest.of(Files.readAllBytes(file))
        : "a directory";
  }

  private static void clear(Path root) throws IOException {
    Files.createDirectories(root);
    for (Path file : deepestFirst(root)) {
      if (!file.equals(root)) {
        Files.delete(file);
      }
    }
  }

  /** Returns the files in a directory; one that is removed meanwhile may be missing. */
  private static List<Path> deepestFirst(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            found.add(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
            found.add(directory);
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(Comparator.reverseOrder());
    return found;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    for (Path file : deepestFirst(to)) { // the copies of files have changed the times
      Path copied = from.resolve(to.relativize(file));
      Files.setLastModifiedTime(file, Files.getLastModifiedTime(copied));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFailedRunSaysWhyAndTheNextOneIsAsIfItHadNotBeen(Job job) throws Exception {
    int tried = 0;
    for (Where where : job.places()) {
      Setting setting = new Setting(job, where);
      setting.reset();
      Map<String, Object> before = setting.state();
      disk.heal();
      Run undisturbed = setting.run();
      Calls calls = disk.heal();
      assertThat(undisturbed.exitCode()).as(job + undisturbed.err()).isZero();
      Map<String, Object> after = setting.state();
      for (Point point : points(setting, calls)) {
        setting.reset();
        assertThat(StateDifference.of(before, setting.state())).isEmpty();

        String name = job + " with " + where + " at " + point + ", -Dvarve.fault.seed=" + SEED;
        disk.fail(point);
        Run failed = setting.run();
        Calls failures = disk.heal();
        if (PRINTS) {
          System.out.println(name + ": " + failures.failed() + "\n  " + failed);
        }

        requireExplained(failed, failures, name);
        requireOldOrNew(setting, before, after, name);
        endRuns();
        Map<String, Object> left = setting.state();
        Run again = setting.run();
        if (!job.equals(Job.LOGOUT) || StateDifference.of(before, left).isEmpty()) {
          assertThat(again.exitCode()).as(name + again.err()).isZero();
        }
        if (StateDifference.of(before, left).isEmpty()) {
          assertThat(again.out()).as(name).isEqualTo(undisturbed.out());
        }
        assertThat(StateDifference.of(after, setting.state())).as(name).isEmpty();
        tried++;
      }
    }
    assertThat(tried).isPositive();
  }

  /**
   * Chooses points at which one file fails, and at the destination as many at which all calls do.
   */
  private static List<Point> points(Setting setting, Calls calls) {
    Random random = new Random(SEED + setting.toString().hashCode());
    List<Point> points = new ArrayList<>();
    List<Map.Entry<String, Integer>> kinds = List.copyOf(calls.counts().entrySet());
    for (int i = 0; i < POINTS && !kinds.isEmpty(); i++) {
      Map.Entry<String, Integer> kind = kinds.get(random.nextInt(kinds.size()));
      points.add(new Point(kind.getKey(), 1 + random.nextInt(kind.getValue())));
      if (setting.where() == Where.OUT) {
        points.add(new Point(Point.DISK, 1 + random.nextInt(calls.count())));
      }
    }
    return points;
  }

  private static void requireExplained(Run failed, Calls failures, String name) {
    if (failed.exitCode() == 0) {
      return; // the next run cleans up
    }
    assertThat(failures.failed()).as(name + failed.err()).isNotEmpty();
    assertThat(failed.exitCode()).as(name + failed.err()).isEqualTo(FAILED);
    assertThat(failed.lines())
        .as(name)
        .last()
        .asString()
        .matches("varve: ([a-z]+ing |.*DIR/disk/).*")
        .containsIgnoringCase("input/output error");
  }

  /** Checks that all that is visible is whole, and either old or new. */
  private static void requireOldOrNew(
      Setting setting, Map<String, Object> before, Map<String, Object> after, String name)
      throws IOException {
    for (String layout : List.of("os", "new", "old", "delta")) {
      requireWhole(setting.destination().resolve(layout), name);
    }
    Map<String, Object> now = setting.state();
    Set<String> known = new TreeSet<>(before.keySet());
    known.addAll(after.keySet());
    for (String file : known) {
      if (!file.startsWith("registry/blobs")) {
        assertThat(Optional.ofNullable(now.get(file)))
            .as(name + ": " + file)
            .isIn(Optional.ofNullable(before.get(file)), Optional.ofNullable(after.get(file)));
      }
    }
    Set<String> others = new TreeSet<>(now.keySet());
    others.removeAll(known);
    assertThat(others).as(name).allMatch(file -> file.contains("varve-"), "is a temporary file");
    for (String tag : registry.tags("out")) {
      Set<Digest> blobs = registry.blobs("out");
      byte[] bytes = registry.manifest("out", tag).orElseThrow();
      assertThat(Manifest.parse(bytes, tag).blobs())
          .as(name)
          .allMatch(blob -> blobs.contains(blob.digest()));
    }
  }

  /** Checks that a layout, if there is one, has all that its index lists. */
  private static void requireWhole(Path layout, String name) throws IOException {
    Path index = layout.resolve("index.json");
    if (Files.exists(index)) {
      requireWhole(layout, ImageIndex.parse(Files.readAllBytes(index), name), name);
    }
  }

  private static void requireWhole(Path layout, ImageIndex index, String name) throws IOException {
    for (Descriptor entry : index.manifests()) {
      byte[] bytes = blob(layout, entry, name);
      if (entry.mediaType().equals(MediaTypes.OCI_INDEX)) {
        requireWhole(layout, ImageIndex.parse(bytes, name), name);
      } else {
        for (Descriptor blob : Manifest.parse(bytes, name).blobs()) {
          assertThat(blob(layout, blob, name)).isNotEmpty();
        }
      }
    }
  }

  private static byte[] blob(Path layout, Descriptor blob, String name) throws IOException {
    Path file = layout.resolve("blobs/sha256").resolve(blob.digest().hex());
    assertThat(file).as(name).isRegularFile();
    byte[] bytes = Files.readAllBytes(file);
    assertThat(Digest.of(bytes)).as(name).isEqualTo(blob.digest());
    return bytes;
  }

  /**
   * Makes the files that are named after this process those of one that has ended long ago, as
   * every process has that runs a command.
   */
  private static void endRuns() throws IOException {
    Owner current = Owner.current();
    Owner ended = new Owner(current.pid(), current.began() + 1, current.boot());
    FileTime before = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
    for (Path root : List.of(files, Setting.good())) {
      for (Path file : deepestFirst(root)) {
        String name = file.getFileName().toString();
        if (name.contains(current.toString())) {
          Path renamed = file.resolveSibling(name.replace(current.toString(), ended.toString()));
          Files.setLastModifiedTime(Files.move(file, renamed), before);
        }
      }
    }
  }
}
