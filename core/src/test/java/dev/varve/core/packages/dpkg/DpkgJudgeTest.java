package dev.varve.core.packages.dpkg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageFile;
import dev.varve.core.packages.PackageIndex;
import dev.varve.core.packages.RootFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases read by {@code dpkg-query} and by Varve with the same result. */
@Tag("judge")
class DpkgJudgeTest {
  private static final Path HERE = Path.of("/var/lib/dpkg");

  @TempDir private Path scratch;
  @TempDir private Path theirs;

  @BeforeEach
  void dpkgIsInstalled() {
    assumeThat(List.of(System.getenv("PATH").split(":")))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "dpkg-query")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"own", "debian-bookworm", "debian-trixie"})
  void packagesFilesAndOwnersAreThoseThatDpkgNames(String root) throws Exception {
    String archive = DpkgRoot.archive(root).toString();
    run("tar", "-xzf", archive, "-C", theirs.toString(), "./var/lib/dpkg");
    FileTree tree = DpkgRoot.read(root, scratch);

    assertPackages(tree, theirs.resolve("var/lib/dpkg"));
    assertFiles(tree, theirs.resolve("var/lib/dpkg"));
    assertOwners(tree, theirs.resolve("var/lib/dpkg"));
  }

  /** A whole system: the machine's, if its package manager is dpkg. */
  @Test
  void packagesAndFilesOfThisMachineAreThoseThatDpkgNames() throws Exception {
    assumeThat(HERE.resolve("status")).isRegularFile();
    FileTree.Builder tree = new FileTree.Builder();
    try (Stream<Path> files = Files.list(HERE.resolve("info"))) {
      for (Path file : files.toList()) {
        put(tree, file);
      }
    }
    put(tree, HERE.resolve("status"));
    put(tree, HERE.resolve("diversions"));

    assertPackages(tree.build(), HERE);
    assertFiles(tree.build(), HERE);
  }

  private static void put(FileTree.Builder tree, Path file) throws IOException {
    if (Files.isRegularFile(file)) {
      Inode inode = RootFixture.file(Files.readAllBytes(file));
      tree.put(file.toString().substring(1), inode);
    }
  }

  private static void assertPackages(FileTree tree, Path database) throws Exception {
    List<String> listed =
        query(
                database,
                "-W",
                "-f",
                "${db:Status-Status} ${Package} ${Version} ${Architecture} ${source:Package}\\n")
            .stream()
            .filter(line -> !line.startsWith("config-files ") && !line.startsWith("not-installed "))
            .map(line -> line.substring(line.indexOf(' ') + 1))
            .sorted()
            .toList();
    assertThat(
            DpkgRoot.packages(tree).stream()
                .map(p -> String.join(" ", p.name(), p.version(), p.arch(), p.source()))
                .sorted()
                .toList())
        .isNotEmpty()
        .isEqualTo(listed);
  }

  /**
   * Compares the lists of files, diverted, without directories that have others of the list below
   * them, and without what dpkg itself has of the package.
   */
  private static void assertFiles(FileTree tree, Path database) throws Exception {
    List<InstalledPackage> packages = DpkgRoot.packages(tree);
    List<String> arguments = new ArrayList<>(List.of("-L"));
    packages.forEach(p -> arguments.add(p.name() + (p.arch().equals("all") ? "" : ":" + p.arch())));
    Map<String, Set<String>> listed = listed(arguments.subList(1, arguments.size()), database);
    Map<String, Set<String>> ours = new TreeMap<>();
    for (int i = 0; i < packages.size(); i++) {
      ours.put(arguments.get(i + 1), files(packages.get(i)));
    }
    assertThat(ours).isEqualTo(listed);
  }

  private static Set<String> files(InstalledPackage installed) {
    Set<String> files = new TreeSet<>();
    for (PackageFile file : installed.files()) {
      if (!file.path().contains("/dpkg/info/")) {
        files.add("/" + file.path());
      }
    }
    return files;
  }

  private static Map<String, Set<String>> listed(List<String> packages, Path database)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-L"));
    arguments.addAll(packages);
    Map<String, Set<String>> listed = new TreeMap<>();
    List<String> shipped = new ArrayList<>();
    List<String> files = new ArrayList<>();
    int next = 0;
    List<String> lines = new ArrayList<>(query(database, arguments.toArray(String[]::new)));
    lines.add("");
    for (String line : lines) {
      int to = line.indexOf(" to: ");
      if (line.isEmpty()) {
        listed.put(packages.get(next++), leaves(shipped, files));
        shipped.clear();
        files.clear();
      } else if (line.startsWith("/")) {
        shipped.add(line);
        files.add(line);
      } else if (!line.startsWith("package diverts others")) {
        files.set(files.size() - 1, line.substring(to + 5));
      }
    }
    return listed;
  }

  /** Returns the files whose shipped paths have no others below them. */
  private static Set<String> leaves(List<String> shipped, List<String> files) {
    Set<String> parents = new HashSet<>();
    for (String path : shipped) {
      for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
        parents.add(path.substring(0, slash));
      }
    }
    Set<String> leaves = new TreeSet<>();
    for (int i = 0; i < files.size(); i++) {
      if (!parents.contains(shipped.get(i)) && !shipped.get(i).equals("/.")) {
        leaves.add(files.get(i));
      }
    }
    return leaves;
  }

  /**
   * Compares the owner of each path of a root, apart from directories and diverted paths. dpkg
   * knows the paths that packages have shipped, also where a directory is a link now.
   */
  private static void assertOwners(FileTree tree, Path database) throws Exception {
    PackageIndex.Builder index = new PackageIndex.Builder(tree);
    for (InstalledPackage installed : DpkgRoot.packages(tree)) {
      index.add(installed);
    }
    PackageIndex owners = index.build();
    Set<String> removed =
        new HashSet<>(query(database, "-W", "-f", "${db:Status-Status} ${Package}\\n"));
    String diverted = Files.readString(database.resolve("diversions"));
    Map<String, Set<String>> byPath = ownersOf(tree, database);
    int compared = 0;
    for (int i = 0; i < tree.entries().size(); i++) {
      FileTree.Entry entry = tree.entries().get(i);
      String path = "/" + entry.path();
      Set<String> names = new TreeSet<>(byPath.getOrDefault(path, Set.of()));
      names.removeIf(name -> removed.contains("config-files " + name));
      if (isAsked(entry) && !diverted.contains(path + "\n") && !path.startsWith("/var/lib/dpkg/")) {
        String owner = owners.owner(i).map(p -> p.name()).orElse("nobody");
        assertThat(names.isEmpty() ? Set.of("nobody") : names).as(path).contains(owner);
        compared += names.size();
      }
    }
    assertThat(compared).isGreaterThan(8);
  }

  /** Returns the packages that dpkg names for each path, by the path that a link leads to. */
  private static Map<String, Set<String>> ownersOf(FileTree tree, Path database) throws Exception {
    List<String> command = new ArrayList<>(List.of("dpkg-query", "--admindir=" + database, "-S"));
    for (FileTree.Entry entry : tree.entries()) {
      String path = entry.path();
      if (isAsked(entry)) {
        command.add("/" + path);
        if (path.startsWith("usr/")) {
          command.add("/" + path.substring("usr/".length()));
        }
      }
    }
    Map<String, Set<String>> owners = new TreeMap<>();
    for (String line : lines(command, 1)) {
      int colon = line.lastIndexOf(": /");
      if (colon > 0 && !line.startsWith("diversion ") && !line.startsWith("local diversion ")) {
        String path = tree.resolveParents(line.substring(colon + 3));
        for (String name : line.substring(0, colon).split(", ", -1)) {
          owners
              .computeIfAbsent("/" + path, key -> new TreeSet<>())
              .add(name.replaceAll(":.*", ""));
        }
      }
    }
    return owners;
  }

  /** Returns whether a path is a file's, and can be an argument of Java's, which are UTF-8. */
  private static boolean isAsked(FileTree.Entry entry) {
    return entry.inode().kind() == Inode.Kind.FILE
        && entry.path().chars().noneMatch(c -> c >= 0xDC80 && c <= 0xDCFF);
  }

  private static List<String> query(Path database, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("dpkg-query", "--admindir=" + database));
    command.addAll(Arrays.asList(arguments));
    return lines(command, 0);
  }

  private static void run(String... command) throws Exception {
    lines(List.of(command), 0);
  }

  /** Runs a command, which may exit with 0 or {@code code}. */
  private static List<String> lines(List<String> command, int code) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    String output = LosslessUtf8.decode(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).isIn(0, code);
    return output.lines().toList();
  }
}
