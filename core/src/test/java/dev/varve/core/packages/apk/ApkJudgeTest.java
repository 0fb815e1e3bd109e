package dev.varve.core.packages.apk;

import static dev.varve.core.packages.RootFixture.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageFile;
import dev.varve.core.packages.RootFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases read by the library that builds images of Wolfi and by Varve with the same result. */
@Tag("judge")
class ApkJudgeTest {
  @TempDir private Path scratch;
  private Path judge;

  @BeforeEach
  void findTheJudge() {
    Optional<Path> program = Optional.ofNullable(System.getenv("APK_JUDGE")).map(Path::of);
    assumeThat(program).as("APK_JUDGE, the program that .ci/newer-judges builds").isPresent();
    judge = program.orElseThrow();
  }

  /** The database comes with the library's tests. */
  @Test
  void aDatabaseOfAlpineIsReadAsTheLibraryReadsIt() throws Exception {
    byte[] database = Files.readAllBytes(judge.resolveSibling("alpine-installed"));
    List<String> lines = lines(new FileTree.Builder().put(place(), file(database)).build());
    assertThat(lines).hasSize(14 + 142 + 105).isEqualTo(judged(database));
  }

  @Test
  void aDatabaseOfTheLibraryIsReadAsTheLibraryReadsIt() throws Exception {
    FileTree tree = RootFixture.read(ApkPackagesTest.LIBRARY, scratch);
    assertThat(lines(tree)).hasSize(22).isEqualTo(judged(RootFixture.bytes(tree, place())));
  }

  /**
   * The library knows no digest of extended attributes behind a mode, and no names of files that
   * are in the root itself.
   */
  @Test
  void aDatabaseAfterTheDescriptionIsReadAsTheLibraryReadsIt() throws Exception {
    FileTree tree = RootFixture.read(ApkPackagesTest.ARCHIVE, scratch);
    String text = LosslessUtf8.decode(RootFixture.bytes(tree, ApkPackagesTest.DATABASE));
    List<String> judged =
        judged(LosslessUtf8.encode(text.replaceAll("(?m)^(a:\\d+:\\d+:\\d+):.*$", "$1")));
    assertThat(judged).hasSize(28).contains("file\t");
    assertThat(lines(tree))
        .contains("file\tbin", "file\tlib")
        .filteredOn(line -> line.indexOf('/') >= 0 || !line.startsWith("file\t"))
        .isEqualTo(judged.stream().filter(line -> !line.endsWith("\t")).toList());
  }

  private static String place() {
    return "lib/apk/db/installed";
  }

  /** Returns what Varve reads, in the form of the judge's lines. */
  private List<String> lines(FileTree tree) throws IOException {
    List<String> lines = new ArrayList<>();
    ApkPackages.find(tree, scratch)
        .orElseThrow()
        .read(
            each -> addLines(each, lines),
            problem -> {
              throw new AssertionError(problem);
            });
    return lines;
  }

  private static void addLines(InstalledPackage from, List<String> lines) {
    lines.add(
        String.join(
            "\t",
            from.name(),
            from.version(),
            from.arch(),
            from.source(),
            Long.toString(from.buildTime())));
    for (PackageFile each : from.files()) {
      lines.add((each.mode().isPresent() ? "dir\t" : "file\t") + each.path());
    }
  }

  private List<String> judged(byte[] database) throws Exception {
    Path copy = Files.write(scratch.resolve("installed"), database);
    Process process =
        new ProcessBuilder(judge.toString(), "list", copy.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = LosslessUtf8.decode(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).isZero();
    return output.lines().toList();
  }
}
