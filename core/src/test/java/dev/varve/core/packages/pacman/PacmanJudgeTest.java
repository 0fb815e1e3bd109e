package dev.varve.core.packages.pacman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A root that pacman made, read by {@code pacman} and by Varve with the same result. */
@Tag("judge")
class PacmanJudgeTest {
  @TempDir private Path scratch;
  @TempDir private Path theirs;

  @BeforeEach
  void unpackForPacman() throws Exception {
    assumeThat(List.of(System.getenv("PATH").split(":")))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "pacman")));
    run("tar", "-xzf", PacmanRoot.ARCHIVE.toString(), "-C", theirs.toString());
  }

  @Test
  void packagesAreThoseThatPacmanLists() throws Exception {
    assertThat(packages().stream().map(p -> p.name() + " " + p.version()).sorted().toList())
        .hasSize(5)
        .isEqualTo(pacman("-Q"));
  }

  @Test
  void filesAreThoseThatPacmanLists() throws Exception {
    List<String> files = new ArrayList<>();
    for (InstalledPackage p : packages()) {
      for (PackageFile file : p.files()) {
        boolean directory = (file.mode().orElseThrow() & 0170000) == 0040000;
        files.add(p.name() + " " + theirs + "/" + file.path() + (directory ? "/" : ""));
      }
    }
    files.sort(null);
    assertThat(files).hasSize(31).isEqualTo(pacman("-Ql"));
  }

  /** pacman names all owners of a directory, and the first by name of another file. */
  @Test
  void ownersAreThoseThatPacmanNames() throws Exception {
    FileTree tree = PacmanRoot.read(scratch);
    Map<String, List<String>> owners = new TreeMap<>();
    for (InstalledPackage p : packages()) {
      for (PackageFile file : p.files()) {
        owners.computeIfAbsent(file.path(), path -> new ArrayList<>()).add(p.name());
      }
    }
    List<String> arguments = new ArrayList<>(List.of("-Qqo"));
    List<String> expected = new ArrayList<>();
    for (FileTree.Entry entry : tree.entries()) {
      List<String> names = owners.getOrDefault(entry.path(), List.of());
      boolean directory = entry.inode().isDirectory();
      // An argument of Java's can't have bytes that are not UTF-8.
      if (!names.isEmpty() && entry.path().chars().noneMatch(c -> c >= 0xDC80 && c <= 0xDCFF)) {
        arguments.add(theirs + "/" + entry.path());
        expected.addAll(directory ? names : names.subList(0, 1));
      }
    }
    assertThat(pacmanLines(arguments)).hasSize(28).isEqualTo(expected);
  }

  private List<InstalledPackage> packages() throws IOException {
    return PacmanRoot.packages(PacmanRoot.read(scratch), scratch);
  }

  private List<String> pacman(String argument) throws Exception {
    return pacmanLines(List.of(argument)).stream().sorted().toList();
  }

  private List<String> pacmanLines(List<String> arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "pacman",
                "--config",
                theirs.resolve("etc/pacman.conf").toString(),
                "--root",
                theirs.toString(),
                "--dbpath",
                theirs.resolve(PacmanRoot.LOCAL).resolveSibling("").toString()));
    command.addAll(arguments);
    return run(command.toArray(String[]::new));
  }

  private static List<String> run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = LosslessUtf8.decode(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).isZero();
    return output.lines().toList();
  }
}
