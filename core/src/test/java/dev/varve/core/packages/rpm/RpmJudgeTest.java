package dev.varve.core.packages.rpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases read by {@code rpm} and by Varve with the same result. */
@Tag("judge")
class RpmJudgeTest {
  private static final String PACKAGES =
      "%{NAME} %{EVR} %{ARCH} %{SOURCERPM} %{BUILDTIME} [%{CHANGELOGTIME},]\\n";

  @TempDir private Path ours;
  @TempDir private Path theirs;

  @BeforeEach
  void rpmIsInstalled() {
    assumeThat(List.of(System.getenv("PATH").split(":")))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "rpm")));
  }

  @Test
  void packagesAreThoseThatRpmLists() throws Exception {
    Fixture.plain(theirs);
    assertThat(packages(Fixture.plain(ours))).hasSize(6).isEqualTo(rpmPackages());
  }

  @Test
  void packagesInTheLogAreThoseThatRpmLists() throws Exception {
    Fixture.withWal(theirs);
    assertThat(packages(Fixture.withWal(ours)))
        .anyMatch(line -> line.startsWith("extra "))
        .isEqualTo(rpmPackages());
  }

  /** Debian 12's rpm can still read what it no longer writes. */
  @Test
  void packagesInBerkeleyDbAreThoseThatRpmLists() throws Exception {
    Fixture.other("Packages", theirs);
    RpmDatabaseLocation location =
        new RpmDatabaseLocation("var/lib/rpm/Packages", RpmDatabaseFormat.BERKELEY_DB);
    List<InstalledPackage> read = Fixture.read(theirs.resolve("Packages"), location, problem -> {});
    assertThat(packages(read))
        .hasSize(6)
        .isEqualTo(rpm("--define", "_db_backend bdb_ro", "-qa", "--qf", PACKAGES));
  }

  @Test
  void filesAreThoseThatRpmLists() throws Exception {
    Fixture.plain(theirs);
    List<String> files = new ArrayList<>();
    for (InstalledPackage p : Fixture.read(Fixture.plain(ours))) {
      p.files().forEach(file -> files.add(p.name() + "." + p.arch() + " " + line(file)));
    }
    files.sort(null);
    assertThat(files).hasSize(18).isEqualTo(rpmFiles());
  }

  @Test
  void pathsAreThoseThatRpmLists() throws Exception {
    Fixture.plain(theirs);
    List<String> paths =
        Fixture.read(Fixture.plain(ours)).stream()
            .flatMap(p -> p.files().stream())
            .map(file -> "/" + file.path())
            .sorted()
            .toList();
    List<String> listed = new ArrayList<>(rpm("-qal"));
    listed.remove("(contains no files)");
    assertThat(paths).isEqualTo(listed);
  }

  private List<String> rpmPackages() throws Exception {
    return rpm("-qa", "--qf", PACKAGES);
  }

  private List<String> rpmFiles() throws Exception {
    return rpm(
            "-qa",
            "--qf",
            "[%{=NAME}.%{=ARCH} %{FILENAMES} %{FILEMODES:octal} %{FILEUSERNAME}:%{FILEGROUPNAME}"
                + " %{FILEMTIMES}"
                + " <%{FILEDIGESTS}> <%{FILELINKTOS}> <%{FILECAPS}>\\n]")
        .stream()
        .map(line -> line.replace("(none)", ""))
        .toList();
  }

  private static String line(PackageFile file) {
    return String.format(
        "/%s %o %s:%s %d <%s> <%s> <%s>",
        file.path(),
        file.mode().orElseThrow(),
        file.user(),
        file.group(),
        file.mtime().orElseThrow(),
        file.digest().map(FileDigest::hex).orElse(""),
        file.linkTarget(),
        file.capabilities());
  }

  private static List<String> packages(Path database) throws IOException {
    return packages(Fixture.read(database));
  }

  private static List<String> packages(List<InstalledPackage> packages) {
    return packages.stream()
        .map(
            p ->
                String.join(
                    " ",
                    p.name(),
                    p.version(),
                    orNone(p.arch()),
                    orNone(p.source()),
                    Long.toString(p.buildTime()),
                    p.changelogTimes().stream()
                        .map(time -> time + ",")
                        .collect(Collectors.joining())))
        .sorted()
        .toList();
  }

  private static String orNone(String text) {
    return text.isEmpty() ? "(none)" : text;
  }

  private List<String> rpm(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("rpm", "--dbpath", theirs.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = LosslessUtf8.decode(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).isZero();
    return output.lines().sorted().toList();
  }
}
