package dev.varve.core.state;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.filetree.OstreeRepository;
import dev.varve.core.image.ImageSource;
import dev.varve.core.packages.OsRelease;
import dev.varve.core.packages.PackageInfo;
import dev.varve.core.plan.PlanState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The software that an image names: its packages, of all package managers, and its operating
 * system.
 *
 * @param packages the installed packages, sorted; with two architectures or versions of a package,
 *     it occurs twice
 * @param os what the image says of its operating system, if anything
 */
public record Inventory(List<PackageInfo> packages, Optional<OsRelease> os) {
  /** The components that usually have {@code os-release}. */
  private static final Pattern LIKELY_OS =
      Pattern.compile(
          "rpm:.*-release.*|deb:base-files|pacman:filesystem|apk:.*(?:-release|-baselayout).*"
              + "|dir:/(?:etc|usr/lib)");

  /** Sorts the list. */
  public Inventory {
    packages = packages.stream().sorted().toList();
  }

  /**
   * Reads the package databases of an image.
   *
   * @param files the files as read; an OSTree repository in them is unwrapped
   * @param scratch a directory for temporary copies
   * @param notices receives warnings about packages that can't be read, and if there are none
   */
  public static Inventory read(FileTree files, Path scratch, Consumer<String> notices)
      throws IOException {
    FileTree plain = OstreeRepository.plain(files);
    List<PackageInfo> packages = new ArrayList<>();
    PackageDatabases.find(plain, scratch)
        .forEach(each -> packages.add(PackageInfo.of(each)), notices);
    if (packages.isEmpty()) {
      notices.accept("no packages found (looked for the databases of RPM, dpkg, pacman and apk)");
    }
    return new Inventory(packages, OsRelease.of(plain));
  }

  /**
   * Reads the package databases of an image with layers. If the image has a state, only the layers
   * that are likely to have the databases are read, unless they lack a package of the state.
   *
   * @param scratch a directory for unpacked files
   * @param limits the limits for reading layers
   */
  public static Inventory of(ImageSource image, Path scratch, Progress progress, LayerLimits limits)
      throws IOException {
    Optional<PlanState> state = PublishedImage.attachedState(image);
    if (state.isPresent()) {
      PlanState known = state.get();
      Inventory some =
          of(
              image,
              layer ->
                  known.layers().get(layer).components().stream().anyMatch(Inventory::isOfInterest),
              scratch,
              progress,
              limits,
              notice -> {});
      if (some.os().isPresent() && some.names().containsAll(known.packages().keySet())) {
        return some;
      }
    }
    return of(image, layer -> true, scratch, progress, limits, progress::notice);
  }

  private static Inventory of(
      ImageSource image,
      IntPredicate layers,
      Path scratch,
      Progress progress,
      LayerLimits limits,
      Consumer<String> notices)
      throws IOException {
    try (LayeredTree tree = LayeredTree.read(image, layers, scratch, progress, limits)) {
      return read(tree.tree(), scratch, notices);
    }
  }

  private static boolean isOfInterest(String component) {
    return ImageFiles.mayHaveDatabase(component) || LIKELY_OS.matcher(component).matches();
  }

  private Set<String> names() {
    return packages.stream().map(PackageInfo::name).collect(Collectors.toSet());
  }

  /** Returns the inventory of a divided image. */
  public static Inventory of(Division division) throws IOException {
    return new Inventory(division.packages(), OsRelease.of(division.tree()));
  }
}
