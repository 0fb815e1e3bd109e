package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.notes.Formatters;
import dev.varve.core.notes.Notes;
import dev.varve.core.rootfs.PodmanStorage;
import dev.varve.runner.MachineLacksException;
import dev.varve.runner.OtherImage;
import dev.varve.runner.PullException;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.VerificationException;
import dev.varve.runner.process.Elevation;
import dev.varve.runner.process.Owner;
import dev.varve.runner.process.Programs;
import dev.varve.runner.process.StepException;
import dev.varve.runner.process.StepRunner;
import dev.varve.runner.storage.BtrfsStorage;
import dev.varve.runner.storage.StorageSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The container, driven by real podman, with a stand-in that does wrong what real runs do. */
@Tag("judge")
final class ContainerEngineJudgeTest {
  private static final String NAME = "varve-container-judge";
  private static final String SOURCE = "localhost/varve-source-judge:tag";

  private static StandIn standIn;

  @TempDir private Path directory;
  private PodmanContents before;
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  /** The images that were copied into podman's storage, whenever the last step begins. */
  private final List<List<String>> copies = new ArrayList<>();

  @BeforeAll
  static void makeImages(@TempDir Path shared) throws Exception {
    standIn = StandIn.make(shared, "{\"tool\":\"1.0-1\"}", NAME);
    Path root = shared.resolve("source");
    Files.createDirectories(root.resolve("usr/bin"));
    Files.createDirectories(root.resolve("usr/share/rpm"));
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("usr/bin/tool"), "a tool");
    Files.writeString(root.resolve("usr/share/rpm/rpmdb.sqlite"), "packages");
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
    assertThat(StandIn.run("findmnt", "--list", "-n", "-o", "TARGET").lines())
        .noneMatch(mount -> mount.endsWith("/merged"));
    if (Files.exists(directory.resolve("scratch"))) {
      assertThat(directory.resolve("scratch")).isEmptyDirectory();
    }
  }

  private static ContainerSettings.Builder settings() {
    return ContainerSettings.builder().tool("localhost/" + NAME + ":none").keepSource(true);
  }

  private static Podman podman() {
    return new Podman("podman", Elevation.NONE);
  }

  private static List<String> copies() {
    try {
      return StandIn.run("podman", "images", "--format", "{{.Repository}}:{{.Tag}}")
          .lines()
          .filter(image -> image.startsWith("localhost/" + Owner.current()))
          .toList();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private RechunkResult rechunk(ContainerSettings.Builder settings) throws IOException {
    return rechunk(podman(), settings, request -> request);
  }

  private RechunkResult rechunk(
      Podman podman,
      ContainerSettings.Builder settings,
      UnaryOperator<RechunkRequest.Builder> options)
      throws IOException {
    return rechunk(SOURCE, podman, settings, options);
  }

  private RechunkResult rechunk(
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
          RechunkRequest.builder(source, sink, scratch).progress(new Told());
      return engine.rechunk(options.apply(request).build());
    }
  }

  private final class Told implements Progress {
    @Override
    public void begin(String activity, long totalBytes) {}

    @Override
    public void advance(long bytes) {}

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

  private String with(String fault) throws Exception {
    return standIn.with(fault);
  }

  private static Notes version(String template) {
    return new Notes(
        Optional.of(template), Optional.empty(), Optional.empty(), Formatters.DEFAULT, List.of());
  }

  @Test
  void theScriptsAreToldAllThatTheActionTellsThem() throws Exception {
    Path meta = Files.writeString(directory.resolve("meta.yml"), "meta: {}\n");
    Path git = Files.createDirectories(directory.resolve("checkout"));
    Notes notes =
        new Notes(
            Optional.of("41.<date>"),
            Optional.of("Forty-one"),
            Optional.of("news: <pkgupd>"),
            Formatters.parse(List.of("commits.commit=* <subject>\\n")),
            List.of());
    RechunkResult result =
        rechunk(
            podman(),
            settings().meta(meta).git(git),
            request ->
                request
                    .notes(notes)
                    .maxLayers(7)
                    .label("title", "OS <version>")
                    .label("b", "c=d")
                    .label(Notes.DESCRIPTION_LABEL, "An OS.\nOf two lines.")
                    .label(Notes.REVISION_LABEL, "0123abc"));

    assertThat(told)
        .contains(
            "prune: Pruning files in /var/tree",
            "commit: Committed ref master to repo /var/ostree/repo",
            "chunk: told: OUT_NAME=varve-source-judge_tag",
            "chunk: told: OUT_REF=oci:varve-source-judge_tag",
            "chunk: told: REPO=/var/ostree/repo",
            "chunk: told: MAX_LAYERS=7",
            "chunk: told: CLEAR_PLAN=1",
            "chunk: told: LABELS=title=OS <version>",
            "chunk: told: b=c=d",
            "chunk: told: FORMATTERS=commits.commit=* <subject>\\n",
            "chunk: told: VERSION=41.<date>",
            "chunk: told: VERSION_FN=/workspace/version.txt",
            "chunk: told: PRETTY=Forty-one",
            "chunk: told: DESCRIPTION=An OS.",
            "chunk: told: Of two lines.",
            "chunk: told: CHANGELOG=news: <pkgupd>",
            "chunk: told: GIT_DIR=/var/git",
            "chunk: told: REVISION=0123abc",
            "chunk: meta: meta: {}")
        .anyMatch(line -> line.startsWith("prune: chmod: ./usr/etc/no-such-directory"))
        .noneMatch(line -> line.contains("SKIP_COMPRESSION") || line.contains("PREV_"));
    try (ImageSource image =
        OciLayout.open(directory.resolve("dest"), "", PlatformChoice.any(), "oci:dest")) {
      assertThat(image.config().labels().get("title")).matches("OS 41\\.[0-9]{6}");
      assertThat(image.config().labels())
          .containsEntry("org.opencontainers.image.description", "An OS.\nOf two lines.")
          .containsEntry("rechunk.version", "hhd-dev/rechunk localhost/" + NAME + ":none");
      assertThat(result.notes().version().orElseThrow()).matches("41\\.[0-9]{6}");
      assertThat(result.notes().changelog()).isEqualTo("news: -\n");
    }
    StandIn.run("podman", "image", "exists", SOURCE);
  }

  @Test
  void theSourceIsRemovedToMakeRoomUnlessItIsToBeKept() throws Exception {
    StandIn.run("podman", "tag", SOURCE, "localhost/varve-source-judge:spare");
    rechunk(settings().keepSource(false));

    assertThat(told)
        .contains(
            "note: removed "
                + SOURCE
                + " from podman's storage to make room (--keep-ref keeps it)");
    assertThat(StandIn.run("podman", "images", "--format", "{{.Tag}}")).doesNotContain("tag\n");
    StandIn.run("podman", "tag", "localhost/varve-source-judge:spare", SOURCE);
    StandIn.run("podman", "rmi", "localhost/varve-source-judge:spare");
  }

  @ParameterizedTest
  @ValueSource(strings = {"prune", "commit", "chunk"})
  void aStepThatFailsIsNamedWithItsExitCodeAndLastLines(String step) throws Exception {
    String tool = with(step + "-fail");
    assertThatThrownBy(() -> rechunk(settings().tool(tool)))
        .isInstanceOf(StepException.class)
        .hasMessageStartingWith("running the step " + step + ": exit code 3; its last lines: ")
        .hasMessageEndingWith("something in " + step + " is not as it should be");
    assertThat(directory.resolve("dest/index.json")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"prune", "chunk"})
  void aStepThatHangsIsKilledWithItsContainer(String step) throws Exception {
    String tool = with(step + "-hang");
    Throwable failure =
        catchThrowable(() -> rechunk(settings().tool(tool).stepLimit(Duration.ofSeconds(4))));
    assertThat(failure)
        .hasMessageStartingWith(
            "running the step "
                + step
                + ": it took longer than the 4.0 s that a step has (--step-timeout)")
        .hasMessageEndingWith("hanging in " + step);
  }

  @Test
  void allStepsTogetherHaveALimit() throws Exception {
    String tool = with("chunk-hang");
    assertThatThrownBy(() -> rechunk(settings().tool(tool).totalLimit(Duration.ofSeconds(8))))
        .hasMessageContaining("all steps took longer than the 8.0 s that they have (--timeout)");
  }

  @Test
  void whatIsKnownOfAFailureIsSaid() throws Exception {
    String tool = with("prune-denied");
    assertThatThrownBy(() -> rechunk(settings().tool(tool)))
        .isInstanceOf(MachineLacksException.class)
        .hasMessageEndingWith(
            "Permission denied; podman's storage must be root's own, and on a file system that"
                + " takes extended attributes; varve doctor --engine container tells more");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "duplicate|has usr/bin/tool twice, which podman load fails at",
        "wrong-diffid|that the config has uncompressed",
        "no-info|it has no label dev.hhd.rechunk.info",
        "lost-label|it has no label title",
      })
  void anImageThatIsNotAsItShouldBeIsNotPublished(String fault, String expected) throws Exception {
    String tool = with(fault);
    assertThatThrownBy(
            () -> rechunk(podman(), settings().tool(tool), request -> request.label("title", "OS")))
        .isInstanceOf(VerificationException.class)
        .hasMessageStartingWith("checking the image that hhd-dev/rechunk made: ")
        .hasMessageContaining(expected)
        .hasMessageEndingWith("; nothing was published");
    assertThat(directory.resolve("dest/index.json")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bad-digest|expected",
        "no-output|there is no directory",
        "no-version|reading the version that hhd-dev/rechunk chose: it wrote none",
      })
  void outputThatCanNotBeReadIsAFailure(String fault, String expected) throws Exception {
    String tool = with(fault);
    assertThatThrownBy(() -> rechunk(settings().tool(tool)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(expected);
    assertThat(directory.resolve("dest/index.json")).doesNotExist();
  }

  /** An image of the tool's, as a registry has it. */
  private ImageSource previous(String version) throws IOException {
    Path layout = directory.resolve("previous");
    String info =
        "{\"version\":2,\"uniq\":\"x\",\"packages\":{\"tool\":\"0.9-1\"},\"layers\":[[\"tool\"]],"
            + "\"revision\":\"$(touch /tmp/varve-was-here)\"}";
    ImageConfig config =
        new ImageConfig(
                ImageConfig.forPlatform(Platform.parse("linux/amd64"))
                    .json()
                    .with("created", "2025-10-10T00:00:00Z"))
            .withLabels(
                Map.of("org.opencontainers.image.version", version, "dev.hhd.rechunk.info", info));
    try (ImageSink sink = OciLayout.create(layout, "", "oci:previous")) {
      Manifest manifest =
          new Manifest(
              sink.write(MediaTypes.OCI_CONFIG, config.toBytes()), List.<Descriptor>of(), Map.of());
      sink.commit(manifest, config.platform(), List.of());
    }
    return OciLayout.open(layout, "", PlatformChoice.any(), "oci:previous");
  }

  @Test
  void aVersionThatThePreviousImageHasGetsANumber() throws Exception {
    try (ImageSource previous = previous("41.1")) {
      RechunkResult result =
          rechunk(
              podman(), settings(), request -> request.notes(version("41.1")).previous(previous));

      assertThat(result.previous().orElseThrow().state().packages())
          .isEqualTo(Map.of("tool", "0.9-1"));
      assertThat(told)
          .contains("chunk: told: PREV_MANIFEST=/workspace/_previous.manifest.json")
          .contains(
              "note: the revision \"$(touch /tmp/varve-was-here)\" of oci:previous is none that can"
                  + " be looked up: the changelog will have no commits")
          .noneMatch(line -> line.contains("CLEAR_PLAN"));
    }
    try (ImageSource image =
        OciLayout.open(directory.resolve("dest"), "", PlatformChoice.any(), "oci:dest")) {
      assertThat(image.config().labels())
          .containsEntry("org.opencontainers.image.version", "41.1.1");
    }
  }

  @Test
  void aVersionOfWhichAllNumbersAreTakenFails() throws Exception {
    List<String> taken =
        List.of("41", "41.1", "41.2", "41.3", "41.4", "41.5", "41.6", "41.7", "41.8", "41.9");
    try (ImageSource previous = previous("40")) {
      assertThatThrownBy(
              () ->
                  rechunk(
                      podman(),
                      settings().taken(taken),
                      request -> request.notes(version("41")).previous(previous)))
          .hasMessage(
              "reading the version that hhd-dev/rechunk chose: 41.9 is taken, and so are the"
                  + " numbers up to .9; give another one with --version");
    }
  }

  @Test
  void aVersionThatIsALabelMustBeTheOne() throws Exception {
    try (ImageSource previous = previous("41")) {
      assertThatThrownBy(
              () ->
                  rechunk(
                      podman(),
                      settings(),
                      request ->
                          request
                              .previous(previous)
                              .label("org.opencontainers.image.version", "41")))
          .hasMessage(
              "reading the version that hhd-dev/rechunk chose: expected 41, got 41.1; the previous"
                  + " image has the version that was asked for");
    }
  }

  @Test
  void aToolThatIsNotThereIsSaidToBe() {
    assertThatThrownBy(() -> rechunk(settings().tool("localhost:1/no/such/rechunk:v0")))
        .isInstanceOfSatisfying(
            PullException.class,
            failure -> assertThat(failure.kind()).isEqualTo(PullException.Kind.UNAVAILABLE))
        .hasMessageStartingWith("running the step pull: exit code 125; its last lines: ")
        .hasMessageEndingWith(
            "; the registry can't be reached now; run again, or load the tool's image before");
  }

  @Test
  void anImageOfAnotherUserIsSaidToBeThere() {
    ContainerEngine engine = new ContainerEngine(podman(), settings().build());
    assertThatThrownBy(
            () -> engine.open("localhost/built/rootless:x", directory, "containers-storage:x"))
        .hasMessage(
            "opening containers-storage:x: there is no image \"localhost/built/rootless:x\" in"
                + " root's podman storage; a run without --keep-ref removes it, also one that fails"
                + " later; one that a user built is in that user's: podman save"
                + " localhost/built/rootless:x | sudo podman load");
  }

  @Test
  void anImageOfRootsOwnThatIsNotSeenInAnotherStorageIsCopied() throws Exception {
    Podman elsewhere =
        new Podman(
            "podman",
            Elevation.NONE,
            List.of(
                "--root",
                directory.resolve("root").toString(),
                "--runroot",
                directory.resolve("run").toString(),
                "--storage-driver",
                "vfs"));
    Path scratch = Files.createDirectories(directory.resolve("scratch"));
    ContainerEngine engine = new ContainerEngine(elsewhere, settings().build());
    try (TreeSource source = engine.open(SOURCE, scratch, "containers-storage:" + SOURCE)) {
      assertThat(source).isInstanceOf(LayeredSource.class);
      assertThat(source.config().diffIds()).hasSize(1);
    }
  }

  @Test
  void whatIsCopiedInIsRemovedBeforeTheLastStepNeedsTheRoom() throws Exception {
    Path scratch = Files.createDirectories(directory.resolve("scratch"));
    Path saved = Files.createDirectory(directory.resolve("saved"));
    try (ContainerEngine engine = new ContainerEngine(podman(), settings().build());
        TreeSource source =
            new LayeredSource(new PodmanStorage("podman").openSaved(SOURCE, saved, "oci:x"));
        ImageSink sink = OciLayout.create(directory.resolve("dest"), "", "oci:dest")) {
      engine.rechunk(RechunkRequest.builder(source, sink, scratch).progress(new Told()).build());
    }
    assertThat(copies).containsExactly(List.of());
    StandIn.run("podman", "image", "exists", SOURCE);
  }

  @Test
  void anImageThatIsBeingCopiedInWhenTheEngineIsClosedDoesNotStay() throws Exception {
    Path scratch = Files.createDirectories(directory.resolve("scratch"));
    Path saved = Files.createDirectory(directory.resolve("saved"));
    ContainerEngine engine = new ContainerEngine(podman(), settings().build());
    try (TreeSource source =
            new LayeredSource(
                new OtherImage(new PodmanStorage("podman").openSaved(SOURCE, saved, "oci:x")) {
                  @Override
                  public InputStream open(Descriptor blob) throws IOException {
                    engine.close();
                    return super.open(blob);
                  }
                });
        ImageSink sink = OciLayout.create(directory.resolve("dest"), "", "oci:dest")) {
      RechunkRequest request = RechunkRequest.builder(source, sink, scratch).build();
      assertThatThrownBy(() -> engine.rechunk(request))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessageMatching(
              "copying localhost/varve-\\S+:source into podman's storage: interrupted");
    }
    assertThat(copies()).isEmpty();
  }

  @Test
  void anEngineThatWasClosedBeforeItsRunBeganRunsNothing() throws Exception {
    Path scratch = Files.createDirectories(directory.resolve("scratch"));
    ContainerEngine engine = new ContainerEngine(podman(), settings().build());
    try (TreeSource source = engine.open(SOURCE, scratch, "containers-storage:" + SOURCE);
        ImageSink sink = OciLayout.create(directory.resolve("dest"), "", "oci:dest")) {
      RechunkRequest request =
          RechunkRequest.builder(source, sink, scratch).progress(new Told()).build();
      engine.close();
      assertThatThrownBy(() -> engine.rechunk(request))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("driving localhost/" + NAME + ":none: interrupted");
    }
    assertThat(told).isEmpty();
  }

  @Test
  void aVersionLabelMayBeATemplate() throws Exception {
    RechunkResult result =
        rechunk(podman(), settings(), request -> request.label(Notes.VERSION_LABEL, "41.<date>"));

    assertThat(result.notes().version().orElseThrow()).matches("41\\.[0-9]{6}");
  }

  @Test
  void itWorksInABtrfsUntilThatIsFull() throws Exception {
    StorageSettings place =
        new StorageSettings(
            directory.resolve("btrfs.img"), directory.resolve("btrfs"), 256 << 20, "", 1);
    Programs programs = Programs.of(System.getenv());
    String full = with("commit-fill");
    try (StepRunner steps = new StepRunner(Progress.SILENT, Duration.ofMinutes(1));
        BtrfsStorage storage = new BtrfsStorage(place, Elevation.NONE, programs)) {
      storage.mountFor(Owner.current());
      Podman podman = podman().in(place.mountPoint(), steps);

      rechunk(podman, settings(), request -> request);
      assertThat(directory.resolve("dest/index.json")).exists();
      assertThat(place.mountPoint().resolve("storage/overlay")).isDirectory();

      assertThatThrownBy(() -> rechunk(podman, settings().tool(full), request -> request))
          .isInstanceOf(MachineLacksException.class)
          .hasMessageContaining("No space left on device")
          .hasMessageEndingWith(
              "; free some room; --storage btrfs gives podman a file system of its own, and"
                  + " --scratch DIR puts the result elsewhere");
      assertThat(Leavings.find(podman, steps).isEmpty()).isTrue();
      assertThat(StandIn.run(podman.command("ps", "--all", "--quiet").toArray(String[]::new)))
          .isEmpty();
    }
    assertThat(new BtrfsStorage(place, Elevation.NONE, programs).status().isGone()).isTrue();
  }

  @Test
  void tooLittleRoomIsSaidBeforeAnythingIsDone() throws Exception {
    String big = "localhost/varve-source-judge:big";
    Path tree = Files.createDirectories(directory.resolve("tree/usr"));
    StandIn.run("truncate", "--size=300M", tree.resolve("big").toString());
    Path tar = directory.resolve("big.tar");
    StandIn.run("tar", "-C", directory.resolve("tree").toString(), "-cf", tar.toString(), ".");
    StandIn.run("podman", "import", "--quiet", tar.toString(), big);
    StorageSettings place =
        new StorageSettings(
            directory.resolve("btrfs.img"), directory.resolve("btrfs"), 256 << 20, "", 1);
    try (StepRunner steps = new StepRunner(Progress.SILENT, Duration.ofMinutes(1));
        BtrfsStorage storage =
            new BtrfsStorage(place, Elevation.NONE, Programs.of(System.getenv()))) {
      storage.mountFor(Owner.current());
      Podman podman = podman().in(place.mountPoint(), steps);

      assertThatThrownBy(() -> rechunk(big, podman, settings(), request -> request))
          .isInstanceOf(MachineLacksException.class)
          .hasMessageMatching(
              "rechunking containers-storage:\\S+: expected 0\\.3 GB free in \\S+, got 0\\.[0-2] GB;"
                  + " free some room, or use --storage btrfs for podman's storage and --scratch"
                  + " DIR for the result");
      assertThat(told).noneMatch(line -> line.startsWith("prune: "));
    } finally {
      StandIn.run("podman", "rmi", big);
    }
  }

  @Test
  void podmanThatIsMissingOrOldIsSaidToBe() throws Exception {
    Podman missing = new Podman("/no/such/podman", Elevation.NONE);
    Path script =
        Files.writeString(directory.resolve("podman"), "#!/bin/sh\necho podman version 3.4.4\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Podman old = new Podman(script.toString(), Elevation.NONE);

    try (StepRunner steps = new StepRunner(Progress.SILENT, Duration.ofMinutes(1))) {
      assertThatThrownBy(() -> missing.requireVersion(steps))
          .isInstanceOf(MachineLacksException.class)
          .hasMessage(
              "asking podman for its version: /no/such/podman can't be started; install the package"
                  + " podman");
      assertThatThrownBy(() -> old.requireVersion(steps))
          .isInstanceOf(MachineLacksException.class)
          .hasMessage(
              "asking podman for its version: expected 4.0 or newer, got 3.4.4; upgrade podman");
      assertThat(podman().requireVersion(steps)).matches("[4-9][0-9]*\\.[0-9].*");
    }
  }
}
