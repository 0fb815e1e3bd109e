package dev.varve.core.packages.pacman;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.RootFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/** The root that {@code src/test/fixtures/pacman/make.sh} made, and parts of such roots. */
final class PacmanRoot {
  static final Path ARCHIVE = Path.of("src/test/fixtures/pacman/root.tar.gz");

  /** The directory of the fixture's packages. */
  static final String LOCAL = "usr/lib/sysimage/lib/pacman/local";

  private PacmanRoot() {}

  /** Reads the fixture into memory. */
  static FileTree read(Path scratch) throws IOException {
    return RootFixture.read(ARCHIVE, scratch);
  }

  static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  static String description(String name) {
    return "%NAME%\n" + name + "\n\n%VERSION%\n1-1\n\n";
  }

  static List<InstalledPackage> packages(FileTree tree, Path scratch) throws IOException {
    return packages(tree, scratch, problem -> {});
  }

  /** Returns the packages with those files that pacman lists: not those of its database. */
  static List<InstalledPackage> packages(FileTree tree, Path scratch, Consumer<String> leftOut)
      throws IOException {
    List<InstalledPackage> packages = new ArrayList<>();
    PacmanPackages.find(tree, scratch)
        .orElseThrow()
        .read(each -> packages.add(withoutDatabase(each)), leftOut);
    return packages;
  }

  private static InstalledPackage withoutDatabase(InstalledPackage p) {
    return new InstalledPackage(
        p.format(),
        p.name(),
        p.version(),
        p.arch(),
        p.source(),
        p.buildTime(),
        p.changelogTimes(),
        p.files().stream().filter(file -> !file.path().contains("/local/")).toList());
  }
}
