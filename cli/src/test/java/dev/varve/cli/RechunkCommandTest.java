package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RechunkCommandTest {
  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void writeSources() throws IOException {
    cli = new Cli(directory);
    monday().writeTo(directory.resolve("src"), "monday");
    monday().file("etc/motd", "tuesday").writeTo(directory.resolve("src"), "tuesday");
  }

  private static Sample monday() {
    return new Sample()
        .file("etc/motd", "monday")
        .file("usr/bin/sh", "shell")
        .file("usr/lib/libc", "library")
        .label("maker", "test")
        .label("ostree.commit", "stale");
  }

  private Run rechunk(String source, String destination, String... options) {
    List<String> line = new ArrayList<>(List.of("rechunk", "-q", source, destination));
    line.addAll(List.of(options));
    line.addAll(List.of("--compression", "none"));
    return cli.run(line.toArray(String[]::new));
  }

  private ImageSource image(String tag) throws IOException {
    return OciLayout.open(directory.resolve("out"), tag, PlatformChoice.any(), "oci:out");
  }

  @Test
  void aFirstImageIsAWholeDownload() throws IOException {
    Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.linesWithoutDigests())
        .containsSubsequence(
            "",
            "oci:DIR/out:a@sha256:…",
            "  layers    3, 10.2 kB (10.2 kB uncompressed)",
            "  previous  none: --fresh",
            "  update    a whole download: 10.2 kB");
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void anUpdateDownloadsWhatChanged() {
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh");
    Run run =
        rechunk("oci:DIR/src:tuesday", "oci:DIR/out:b", "--prev", "oci:DIR/out:a", "--verify");
    assertThat(run.exitCode()).isZero();
    assertThat(run.linesWithoutDigests())
        .containsSubsequence(
            "",
            "oci:DIR/out:b@sha256:…, verified",
            "  layers    3, 10.2 kB (10.2 kB uncompressed); 2 reused, 7.2 kB",
            "  previous  oci:DIR/out:a@sha256:…",
            "  update    3.1 kB of 10.2 kB (30.0%), in 1 of 3 layers",
            "  packages  none known",
            "  download  layer         why      components",
            "    3.1 kB  digest123456  changed  dir:/etc");
  }

  @Test
  void aPreviousImageOfAnotherPlatformIsTold() throws IOException {
    monday().platform("linux/arm64").writeTo(directory.resolve("src"), "arm");
    Run run = rechunk("oci:DIR/src:tuesday", "oci:DIR/out:b", "--prev", "oci:DIR/src:arm");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .contains(
            "note: the previous image oci:DIR/src:arm is for linux/arm64, and this one for"
                + " linux/amd64");
    Run same = rechunk("oci:DIR/src:tuesday", "oci:DIR/out:c", "--prev", "oci:DIR/src:monday");
    assertThat(same.err()).doesNotContain("is for linux");
  }

  @Test
  void aPreviousImageThatIsNotThereNamesTheOptionThatDoesWithout() {
    for (String missing :
        List.of("oci:DIR/src:nope", "oci:DIR/nothing:a", "oci-archive:DIR/no.tar")) {
      Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--prev", missing);
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).endsWith("; --fresh does without a previous image\n");
    }
  }

  @Test
  void aPreviousImageWithNothingInCommonIsTold() throws IOException {
    new Sample().file("opt/other", "other").writeTo(directory.resolve("src"), "other");
    Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--prev", "oci:DIR/src:other");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .contains(
            "note: no layer of the previous image oci:DIR/src:other is in this one: clients"
                + " download all of it");
    Run next = rechunk("oci:DIR/src:tuesday", "oci:DIR/out:b", "--prev", "oci:DIR/out:a");
    assertThat(next.err()).doesNotContain("no layer of");
  }

  @Test
  void theImageThatIsTakenOfSeveralIsTold() throws IOException {
    new Sample().file("a", "v2").platform("linux/amd64/v2").writeTo(directory.resolve("s"), "v2");
    new Sample().file("a", "v1").platform("linux/amd64").writeTo(directory.resolve("s"), "v1");
    Run index = cli.run("index", "create", "oci:DIR/all:1", "oci:DIR/s:v2", "oci:DIR/s:v1");
    assertThat(index.exitCode()).as(index.err()).isZero();
    for (String platform : List.of("linux/amd64", "linux/amd64/v2", "linux/amd64/v3")) {
      Run run = rechunk("oci:DIR/all:1", "oci:DIR/out:a", "--fresh", "--platform", platform);
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.lines())
          .contains(
              "note: oci:DIR/all:1 has images for several platforms: took "
                  + platform.replace("v3", "v2"));
    }
  }

  @Test
  void theResultIsToldToMachinesToo() throws IOException {
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh");
    Run run = rechunk("oci:DIR/src:tuesday", "oci:DIR/out:b", "--prev", "oci:DIR/out:a", "--json");
    JsonObject json = run.json();
    assertThat(json.names())
        .containsExactly(
            "reference",
            "digest",
            "layers",
            "chunks",
            "totalBytes",
            "uncompressedBytes",
            "reusedLayers",
            "reusedBytes",
            "verified",
            "changelog",
            "prevRef",
            "updateBytes",
            "updateLayers",
            "share",
            "downloads",
            "removedComponents",
            "packages");
    try (ImageSource before = image("a");
        ImageSource after = image("b")) {
      assertThat(json.string("digest")).isEqualTo(after.descriptor().digest().toString());
      assertThat(json.string("prevRef")).isEqualTo("oci:DIR/out:a@" + before.descriptor().digest());
    }
    assertThat(json.number("layers")).isEqualTo(3);
    assertThat(json.number("totalBytes")).isEqualTo(10240);
    assertThat(json.number("reusedLayers")).isEqualTo(2);
    assertThat(json.number("reusedBytes")).isEqualTo(7168);
    assertThat(json.number("updateBytes")).isEqualTo(3072);
    assertThat(json.objects("downloads").get(0).string("reason")).isEqualTo("changed");
    assertThat(run.err()).contains("  update    3.1 kB of 10.2 kB (30.0%), in 1 of 3 layers");
  }

  @Test
  void aFreshResultHasNoPreviousReference() throws IOException {
    JsonObject json = rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh", "--json").json();
    assertThat(json.has("prevRef")).isFalse();
    assertThat(json.number("updateBytes")).isEqualTo(json.number("totalBytes"));
  }

  @Test
  void theImageAtTheDestinationIsThePreviousOneUnlessTold() throws IOException {
    assertThat(rechunk("oci:DIR/src:monday", "oci:DIR/out").lines())
        .contains(
            "note: planning without a previous image: --prev names none, and oci:DIR/out has no"
                + " image tagged latest yet");
    Run run = rechunk("oci:DIR/src:tuesday", "oci:DIR/out", "--json");
    assertThat(run.lines())
        .contains(
            "note: the previous image is the one at oci:DIR/out now (--prev names another, --fresh"
                + " does without)");
    assertThat(run.json().number("reusedLayers")).isEqualTo(2);
  }

  @Test
  void theSameSourceGivesTheSameImageHoweverOften() throws IOException {
    String monday = digest(rechunk("oci:DIR/src:monday", "oci:DIR/out", "--json"));
    Run again = rechunk("oci:DIR/src:monday", "oci:DIR/out", "--json");
    assertThat(digest(again)).isEqualTo(monday);
    assertThat(again.err())
        .contains("  previous  none: what is there was made from the same source, without one\n");
    String tuesday = digest(rechunk("oci:DIR/src:tuesday", "oci:DIR/out", "--json"));
    Run last = rechunk("oci:DIR/src:tuesday", "oci:DIR/out", "--json");
    assertThat(digest(last)).isEqualTo(tuesday).isNotEqualTo(monday);
    assertThat(last.lines())
        .contains(
            "note: oci:DIR/out was made from the same source: planning again with what it was"
                + " planned with, oci:DIR/out@"
                + monday);
    try (ImageSource image = image("")) {
      assertThat(image.config().labels()).containsEntry("rechunk.prev-ref", monday);
    }
  }

  @Test
  void aSealedImageIsRefusedWithWhatToDo() throws IOException {
    String digest = "0123456789abcdef".repeat(4);
    monday()
        .file("boot/EFI/Linux/os.efi", kernelImage("composefs=" + digest))
        .writeTo(directory.resolve("src"), "sealed");
    Run run = rechunk("oci:DIR/src:sealed", "oci:DIR/out:a", "--fresh");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines())
        .last()
        .asString()
        .startsWith("varve: rechunking oci:DIR/src:sealed: the image is sealed: the kernel command")
        .endsWith(
            " as one more layer, by varve append; or keep the seal by --preserve-mtimes, without"
                + " --prune of what it covers");
    assertThat(
            rechunk("oci:DIR/src:sealed", "oci:DIR/out:a", "--fresh", "--preserve-mtimes")
                .exitCode())
        .isZero();
  }

  /** A PE file with one section, all of whose bytes are ASCII. */
  private static String kernelImage(String commandLine) {
    char[] file = new char[1_024];
    BiConsumer<Integer, String> put = (at, text) -> text.getChars(0, text.length(), file, at);
    put.accept(0, "MZ");
    put.accept(60, "@"); // where the PE header is
    put.accept(64, "PE\0\0\0\0\u0001");
    put.accept(88, ".cmdline");
    put.accept(96, "\u007f"); // bytes in memory
    put.accept(105, "\u0002"); // 512 in the file
    put.accept(109, "\u0002"); // from there on
    put.accept(512, commandLine);
    return new String(file);
  }

  private static String digest(Run run) throws IOException {
    return run.json().string("digest");
  }

  @Test
  void mtimesArePreservedWhereThatIsAskedFor() throws IOException {
    Run run =
        rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh", "--preserve-mtimes", "--verify");
    assertThat(run.exitCode()).isZero();
    try (ImageSource image = image("a")) {
      assertThat(image.manifest().annotations()).containsEntry("dev.varve.mtimes", "preserved");
    }
    assertThat(cli.run("verify-content", "-q", "--mtimes", "oci:DIR/src:monday", "oci:DIR/out:a"))
        .extracting(Run::exitCode)
        .isEqualTo(0);
    rechunk("oci:DIR/src:monday", "oci:DIR/out:b", "--fresh");
    assertThat(cli.run("verify-content", "-q", "--mtimes", "oci:DIR/src:monday", "oci:DIR/out:b"))
        .extracting(Run::exitCode)
        .isEqualTo(5);
  }

  @Test
  void anArchiveIsPlannedAfreshUnlessTold() {
    Run first = rechunk("oci:DIR/src:monday", "oci-archive:DIR/out.tar:a");
    assertThat(first.exitCode()).isZero();
    assertThat(first.lines())
        .contains("note: planning without a previous image: --prev names none");
    Run second =
        rechunk(
            "oci:DIR/src:tuesday", "oci-archive:DIR/two.tar", "--prev", "oci-archive:DIR/out.tar");
    assertThat(second.err()).contains("; 2 reused, 7.2 kB");
  }

  @Test
  void aDestinationWhoseImageIsBrokenIsNotPlannedWith() throws IOException {
    Files.createDirectories(directory.resolve("out"));
    Files.writeString(directory.resolve("out/oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    String digest = "a".repeat(64);
    Files.writeString(
        directory.resolve("out/index.json"),
        """
        {"schemaVersion": 2, "manifests": [{
          "mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 7,
          "digest": "sha256:%s",
          "annotations": {"org.opencontainers.image.ref.name": "a"}}]}
        """
            .formatted(digest));
    Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:a");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines())
        .containsExactly(
            "varve: opening blob sha256:"
                + digest
                + " of oci:DIR/out:a: expected 7 bytes, but the blob is not there; --fresh does"
                + " without the image there");
    assertThat(rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh").exitCode()).isZero();
  }

  @Test
  void labelsAndAnnotationsAreSetAndRemoved() throws IOException {
    Run run =
        rechunk(
            "oci:DIR/src:monday",
            "oci:DIR/out:a",
            "--label",
            "new=a=b",
            "--label",
            "maker-",
            "--label",
            "empty=",
            "--annotation",
            "org.example=1");
    assertThat(run.exitCode()).isZero();
    try (ImageSource image = image("a")) {
      ImageConfig config = image.config();
      assertThat(config.labels())
          .containsEntry("new", "a=b")
          .containsEntry("empty", "")
          .containsEntry("rechunk.chunks", "3")
          .doesNotContainKeys("maker", "ostree.commit", "rechunk.prev-ref");
      assertThat(image.manifest().annotations()).containsEntry("org.example", "1");
    }
  }

  @Test
  void pathsArePruned() {
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--prune", "/usr/lib/", "--prune", "opt");
    Run run = cli.run("verify-content", "-q", "oci:DIR/src:monday", "oci:DIR/out:a");
    assertThat(run.report())
        .contains("  /usr/lib: only in the first", "  /usr/lib/libc: only in the first")
        .hasSize(3);
  }

  @Test
  void groupsKeepFilesTogether() throws IOException {
    Files.writeString(directory.resolve("groups.yml"), "meta:\n  both:\n    files: ['/usr/*']\n");
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--groups", "DIR/groups.yml");
    try (ImageSource image = image("a")) {
      assertThat(image.manifest().layers()).hasSize(2);
    }
  }

  @Test
  void noMoreLayersAreMadeThanAllowed() throws IOException {
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--max-layers", "1");
    try (ImageSource image = image("a")) {
      assertThat(image.manifest().layers()).hasSize(1);
    }
  }

  @Test
  void anExportedPlanIsContinued() throws IOException {
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--max-layers", "1");
    cli.run("plan", "export", "-q", "oci:DIR/out:a", "-o", "DIR/plan.json");
    Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:b", "--plan", "DIR/plan.json");
    assertThat(run.exitCode()).isZero();
    try (ImageSource image = image("b")) {
      assertThat(image.manifest().layers()).hasSize(1);
    }
  }

  @Test
  void aDirectoryIsASource() throws IOException {
    Path root = Files.createDirectories(directory.resolve("root/etc"));
    Files.writeString(root.resolve("motd"), "hello");
    cli.with("SOURCE_DATE_EPOCH", "1735689600");
    Run run = rechunk("rootfs:DIR/root", "oci:DIR/out:a", "--platform", "linux/arm64");
    assertThat(run.exitCode()).isZero();
    try (ImageSource image = image("a")) {
      assertThat(image.config().platform()).hasToString("linux/arm64");
      assertThat(image.config().created()).hasToString("2025-01-01T00:00:00Z");
    }
    assertThat(cli.run("verify-content", "-q", "rootfs:DIR/root", "oci:DIR/out:a").exitCode())
        .isZero();
  }

  @Test
  void whatIsWrittenIntoTheDirectoryThatIsReadIsLeftOutAndTold() throws IOException {
    Path root = directory.resolve("root");
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/motd"), "hello");
    Files.writeString(root.resolve("etc/.wh.motd"), "no whiteout");
    Run first = rechunk("rootfs:DIR/root", "oci:DIR/root/out:a", "--scratch", "DIR/root/tmp");
    assertThat(first.exitCode()).as(first.err()).isZero();
    Run second =
        cli.run("rechunk", "rootfs:DIR/root", "oci:DIR/root/out:b", "--scratch", "DIR/root/tmp");
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(second.err())
        .contains("DIR/root/etc/.wh.motd has a name that a layer takes for a whiteout: left out")
        .containsPattern("left out DIR/root/out, DIR/root/tmp/varve-[\\w-]+: it is not a part of");
    Run compared = cli.run("verify-content", "-q", "rootfs:DIR/root", "oci:DIR/root/out:b");
    assertThat(compared.exitCode()).isZero();
    assertThat(compared.out())
        .isEqualTo(
            "equal: 4 paths, 5 B of content in both rootfs:DIR/root and oci:DIR/root/out:b\n");
  }

  @Test
  void whatIsWrittenIntoTheDirectoryThatIsReadDoesNotDateTheImage() throws IOException {
    Path root = directory.resolve("root");
    Files.writeString(Files.createDirectories(root.resolve("etc")).resolve("motd"), "hello");
    Files.createSymbolicLink(root.resolve("gone"), Path.of("not-there"));
    List<String> digests = new ArrayList<>();
    for (long second = 1; second <= 3; second++) {
      Files.setLastModifiedTime(root.resolve("etc"), FileTime.from(Instant.ofEpochSecond(5_000)));
      Files.setLastModifiedTime(root, FileTime.from(Instant.ofEpochSecond(2_000_000_000 + second)));
      digests.add(
          digest(
              rechunk("rootfs:DIR/root", "oci:DIR/root/out", "--scratch", "DIR/root", "--json")));
    }
    assertThat(digests).containsOnly(digests.get(0));
  }

  @Test
  void aDirectoryThatIsReadIsNoPlaceToWriteTo() throws IOException {
    Files.createDirectories(directory.resolve("root"));
    assertThat(rechunk("rootfs:DIR/root", "oci:DIR/root/../root:a", "--fresh"))
        .isEqualTo(
            new Run(
                2,
                "",
                "varve: rootfs:DIR/root and oci:DIR/root/../root:a are the same directory: they must"
                    + " be two\n"));
    assertThat(directory.resolve("root")).isEmptyDirectory();
  }

  @Test
  void theSameRunTwiceGivesTheSameBytes() throws IOException {
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh");
    rechunk("oci:DIR/src:monday", "oci:DIR/out:b", "--fresh");
    try (ImageSource a = image("a");
        ImageSource b = image("b")) {
      assertThat(a.descriptor()).isEqualTo(b.descriptor());
    }
  }

  @Test
  void anotherPlatformThanThereIsIsRefused() {
    Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--platform", "linux/arm64");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines())
        .contains(
            "varve: opening oci:DIR/src:monday: expected an image for linux/arm64, there is"
                + " linux/amd64");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void wrongOptionsAreRefusedBeforeAnythingIsWritten() {
    wrong("--prev and --fresh contradict each other", "--prev", "oci:DIR/src:monday", "--fresh");
    wrong("--label: expected K=V or K-, got \"novalue\"", "--label", "novalue");
    wrong("--label: expected K=V or K-, got \"=value\"", "--label", "=value");
    wrong("--label: expected K=V or K-, got \"-\"", "--label=-");
    wrong("--annotation: expected K=V, got \"x\"", "--annotation", "x");
    wrong("expected at least one layer, got 0", "--max-layers", "0");
    wrong("expected a path below / to prune, got \"/\"", "--prune", "/");
    wrong("expected a platform such as linux/amd64, got \"arm\"", "--platform", "arm");
    wrong(
        "rootfs:/x is a directory: it has files but no layers, and layers are needed here",
        "--prev",
        "rootfs:/x");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  private void wrong(String message, String... options) {
    Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:a", options);
    assertThat(run).isEqualTo(new Run(2, "", "varve: " + message + "\n"));
  }

  @Test
  void anUnknownCompressionIsRefused() {
    Run run =
        cli.run(
            "rechunk", "-q", "oci:DIR/src:monday", "oci:DIR/out", "--fresh", "--compression", "xz");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("varve: unknown compression 'xz': expected none, gzip");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void filesThatAreNotThereAreNamed() {
    assertThat(rechunk("oci:DIR/src:monday", "oci:DIR/out", "--fresh", "--groups", "DIR/g.yml"))
        .isEqualTo(
            new Run(1, "", "varve: reading the groups in DIR/g.yml: there is no DIR/g.yml\n"));
    assertThat(rechunk("oci:DIR/src:monday", "oci:DIR/out", "--fresh", "--plan", "DIR/p.json"))
        .isEqualTo(
            new Run(1, "", "varve: reading the plan in DIR/p.json: there is no DIR/p.json\n"));
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void aDestinationThatCannotBeWrittenIsRefused() {
    assertThat(rechunk("oci:DIR/src:monday", "rootfs:DIR/x", "--fresh"))
        .isEqualTo(
            new Run(
                2,
                "",
                "varve: rootfs:DIR/x can't be written to: it is a directory, and an image has"
                    + " layers\n"));
  }

  @Test
  void aDockerArchiveCanBeTheDestination() {
    Run run = rechunk("oci:DIR/src:monday", "docker-archive:DIR/x.tar:os:1", "--fresh", "--verify");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(
            cli.run("verify-content", "-q", "oci:DIR/src:monday", "docker-archive:DIR/x.tar")
                .exitCode())
        .isZero();
  }

  @Test
  void progressAndNoticesAreForPeople() {
    Run run =
        cli.run("rechunk", "oci:DIR/src:monday", "oci:DIR/out:a", "--fresh", "--max-layers", "128");
    assertThat(run.lines())
        .contains(
            "note: more than 127 layers are too many for older clients",
            "reading 3 layers of oci:DIR/src:monday (6.1 kB)",
            "writing 3 layers to oci:DIR/out:a (1.6 kB)");
  }
}
