package dev.varve.core.packages.dpkg;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.RootFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The roots that {@code src/test/fixtures/dpkg/make.sh} made. */
final class DpkgRoot {
  private static final Path DIRECTORY = Path.of("src/test/fixtures/dpkg");

  private DpkgRoot() {}

  /** Returns the archive of a root. */
  static Path archive(String name) {
    return DIRECTORY.resolve(name + ".tar.gz");
  }

  /** Reads a root into memory. */
  static FileTree read(String name, Path scratch) throws IOException {
    return RootFixture.read(archive(name), scratch);
  }

  /** Returns the packages of a tree, none of which may be left out. */
  static List<InstalledPackage> packages(FileTree tree) throws IOException {
    List<InstalledPackage> packages = new ArrayList<>();
    DpkgPackages.find(tree, Path.of("unused"))
        .orElseThrow()
        .read(
            packages::add,
            problem -> {
              throw new AssertionError(problem);
            });
    return packages;
  }
}
