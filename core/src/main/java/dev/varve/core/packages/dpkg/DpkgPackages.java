package dev.varve.core.packages.dpkg;

import dev.varve.core.bytes.IoConsumer;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageDatabase;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The dpkg database of an image: {@code status} of dpkg itself, and {@code status.d} of images
 * without dpkg, such as the distroless ones, where each package has a file of its own.
 */
public final class DpkgPackages implements PackageDatabase {
  /**
   * The directories that may hold the database, preferred first. Bootable images move it below
   * {@code usr}, since {@code var} isn't updated, and leave a symbolic link behind.
   */
  private static final List<String> DIRECTORIES = List.of("usr/lib/sysimage/dpkg", "var/lib/dpkg");

  /** The most stanzas, more than Debian has packages. */
  static final int MAX_STANZAS = 100_000;

  private final FileTree tree;
  private final String directory;

  private DpkgPackages(FileTree tree, String directory) {
    this.tree = tree;
    this.directory = directory;
  }

  /**
   * Finds the database of an image.
   *
   * @param scratch not used: the files are read in place
   */
  public static Optional<PackageDatabase> find(FileTree tree, Path scratch) {
    return DIRECTORIES.stream()
        .map(directory -> FileTree.parent(tree.resolveParents(directory + "/status")))
        .filter(directory -> isDatabase(tree, directory))
        .findFirst()
        .map(directory -> new DpkgPackages(tree, directory));
  }

  private static boolean isDatabase(FileTree tree, String directory) {
    return tree.file(directory + "/status").isPresent()
        || !tree.below(directory + "/status.d").isEmpty();
  }

  @Override
  public String title() {
    return "the dpkg database /" + directory;
  }

  @Override
  public void read(IoConsumer<InstalledPackage> each, Consumer<String> leftOut) throws IOException {
    ImageFiles files = new ImageFiles(tree, title());
    List<String> stanzas = new ArrayList<>(List.of(directory + "/status"));
    files.children(directory + "/status.d").stream()
        .filter(path -> !path.endsWith(PackageFiles.DIGESTS))
        .forEach(stanzas::add);
    try {
      Reading reading = new Reading(new PackageFiles(files, directory), each, leftOut);
      for (String path : stanzas) {
        files.read(
            path,
            lines -> {
              reading.stanzas(new StanzaReader(lines, path), path);
              return true;
            });
      }
      reading.finish();
    } catch (MalformedPackageException e) {
      throw unreadable(e.problem());
    }
  }

  private UnreadablePackageDatabaseException unreadable(String problem) {
    return new UnreadablePackageDatabaseException(
        title(),
        problem + "; run `dpkg-query -W` in the image's build to see whether dpkg can read it");
  }

  /** One reading of the whole database. */
  private static final class Reading {
    private final PackageFiles packageFiles;
    private final IoConsumer<InstalledPackage> each;
    private final Consumer<String> leftOut;
    private final Set<String> names = new HashSet<>();
    private String firstProblem = "";
    private int stanzas;

    Reading(
        PackageFiles packageFiles, IoConsumer<InstalledPackage> each, Consumer<String> leftOut) {
      this.packageFiles = packageFiles;
      this.each = each;
      this.leftOut = leftOut;
    }

    void stanzas(StanzaReader reader, String path) throws IOException {
      boolean more = true;
      while (more) {
        if (stanzas++ > MAX_STANZAS) {
          throw new MalformedPackageException("expected at most " + MAX_STANZAS + " stanzas");
        }
        Optional<InstalledPackage> installed = Optional.empty();
        try {
          Optional<Stanza> stanza = reader.next();
          more = stanza.isPresent();
          if (more && stanza.get().isInPlace()) {
            installed = Optional.of(installed(stanza.get(), path));
          }
        } catch (MalformedPackageException e) {
          firstProblem = firstProblem.isEmpty() ? e.problem() : firstProblem;
          leftOut.accept(e.problem());
        }
        if (installed.isPresent()) {
          each.accept(installed.get());
        }
      }
    }

    private InstalledPackage installed(Stanza stanza, String path) throws IOException {
      String title = "package " + stanza.name() + ", line " + stanza.line() + " of /" + path + ": ";
      if (!names.add(stanza.name() + ":" + stanza.arch())) {
        throw new MalformedPackageException(
            title + "expected a package for each architecture once, got another one");
      }
      try {
        List<Long> changelogTimes = packageFiles.changelogTimes(stanza);
        return new InstalledPackage(
            PackageFormat.DEB,
            stanza.name(),
            stanza.version(),
            stanza.arch(),
            stanza.source(),
            changelogTimes.isEmpty() ? 0 : changelogTimes.get(0),
            changelogTimes,
            packageFiles.of(stanza, path),
            "",
            stanza.maintainer());
      } catch (MalformedPackageException e) {
        throw new MalformedPackageException(title + e.problem());
      }
    }

    /** Refuses a database of which nothing can be read. */
    void finish() throws MalformedPackageException {
      if (names.isEmpty() && !firstProblem.isEmpty()) {
        throw new MalformedPackageException("none of its packages can be read; " + firstProblem);
      }
    }
  }
}
