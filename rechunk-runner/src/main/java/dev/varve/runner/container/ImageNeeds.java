package dev.varve.runner.container;

import dev.varve.core.packages.rpm.RpmDatabase;
import dev.varve.core.packages.rpm.RpmDatabaseFormat;
import dev.varve.core.packages.rpm.RpmDatabaseLocation;
import dev.varve.core.process.Step;
import dev.varve.core.process.StepRunner;
import dev.varve.runner.Elevation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Checks whether an image meets the requirements of hhd-dev/rechunk, before the first of the tool's
 * scripts runs: the scripts would fail minutes later, some after the source is removed.
 */
final class ImageNeeds {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String DATABASE = "/usr/share/rpm/rpmdb.sqlite";
  private static final String KERNELS = "/usr/lib/modules/";
  private static final List<String> LOOKED_IN =
      List.of("/usr/share/rpm", "/usr/lib/sysimage/rpm", "/usr/lib/modules");

  private final String mount;
  private final Elevation root;
  private final StepRunner steps;

  /** Creates the check of an image that root has mounted at {@code mount}. */
  ImageNeeds(String mount, Elevation root, StepRunner steps) {
    this.mount = mount;
    this.root = root;
    this.steps = steps;
  }

  /**
   * Returns the known failures with this image, one phrase each; usually none.
   *
   * @param scratch an empty directory for a copy of the RPM database
   * @param now the time from which the ages of changelog entries are counted
   * @param notices receives a line for each file that can't be read
   */
  List<String> lacking(Path scratch, Instant now, Consumer<String> notices) throws IOException {
    List<String> found = files();
    List<String> lacking = new ArrayList<>();
    kernels(found).ifPresent(lacking::add);
    if (found.contains(DATABASE)) {
      week53(scratch, now, notices).map(Week53.Entry::text).ifPresent(lacking::add);
    } else {
      lacking.add(
          (found.stream().anyMatch(path -> path.endsWith("/rpmdb.sqlite"))
                  ? "its RPM database is in /usr/lib/sysimage/rpm"
                  : "it has no RPM database")
              + ", but hhd-dev/rechunk only reads "
              + DATABASE
              + ", and follows no link to it");
    }
    return lacking;
  }

  /** Returns the databases and kernels of the image, as paths in it. */
  private List<String> files() throws IOException {
    List<String> find = new ArrayList<>(List.of("find"));
    LOOKED_IN.forEach(directory -> find.add(mount + directory));
    find.addAll(List.of("-maxdepth", "2", "(", "-name", "rpmdb.sqlite", "-type", "f"));
    find.addAll(List.of("-o", "-name", "vmlinuz", "!", "-type", "d", ")"));
    // If a directory is missing, find exits with 1 but prints the others.
    return steps
        .run(Step.capturing("find", LIMIT, root.command(find.toArray(String[]::new))))
        .output()
        .lines()
        .filter(path -> path.startsWith(mount))
        .map(path -> path.substring(mount.length()))
        .sorted()
        .toList();
  }

  private static Optional<String> kernels(List<String> found) {
    List<String> kernels =
        found.stream()
            .filter(path -> path.startsWith(KERNELS) && path.endsWith("/vmlinuz"))
            .map(path -> path.substring(KERNELS.length(), path.lastIndexOf('/')))
            .toList();
    return switch (kernels.size()) {
      case 0 -> Optional.of("it has no kernel (" + KERNELS + "*/vmlinuz), but ostree needs one");
      case 1 -> Optional.empty();
      default ->
          Optional.of(
              "it has "
                  + kernels.size()
                  + " kernels in "
                  + KERNELS
                  + " ("
                  + String.join(", ", kernels)
                  + "), but ostree supports only one");
    };
  }

  /** Reads the database without its log, as the tool copies it. */
  private Optional<Week53.Entry> week53(Path scratch, Instant now, Consumer<String> notices)
      throws IOException {
    Path copy = scratch.resolve("rpmdb.sqlite");
    steps.require(
        Step.capturing("cp", LIMIT, root.command("cp", mount + DATABASE, copy.toString())));
    new Workspace(scratch).giveBack(root, steps);
    List<Week53.Entry> entries = new ArrayList<>();
    try {
      RpmDatabase.read(
          copy,
          new RpmDatabaseLocation(DATABASE.substring(1), RpmDatabaseFormat.SQLITE),
          installed -> Week53.of(installed, now).ifPresent(entries::add),
          problem -> notices.accept("skipping a changelog: " + problem));
    } catch (IOException e) {
      notices.accept(
          "the changelogs in "
              + DATABASE
              + " can't be read, so hhd-dev/rechunk may fail at one: "
              + e.getMessage());
    }
    return entries.stream().max(Comparator.naturalOrder());
  }
}
