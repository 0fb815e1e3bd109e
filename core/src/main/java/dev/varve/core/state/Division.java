package dev.varve.core.state;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.OstreeRepository;
import dev.varve.core.packages.PackageIndex;
import dev.varve.core.packages.PackageInfo;
import dev.varve.core.packages.StableTimes;
import dev.varve.core.packages.rpm.RpmPackages;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.Components;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * An image's files as layers will carry them, divided into components.
 *
 * @param tree the files as a plain image has them, with stable times; where mtimes are preserved,
 *     only directories have such
 * @param clamp the latest mtime of what no package dates, in seconds since the epoch
 * @param components by name
 * @param packages the installed packages, by name
 */
public record Division(
    FileTree tree, long clamp, List<Component> components, List<PackageInfo> packages) {
  /** Freezes the lists. */
  public Division {
    components = List.copyOf(components);
    packages = List.copyOf(packages);
  }

  /**
   * Divides an image.
   *
   * @param files as they were read; an OSTree repository among them is unwrapped
   * @param previousClamp the clamp of the image before, if there is one. A first image takes the
   *     build time of its newest package, so that all that the build itself generates, this time
   *     and the next, comes after it; or, without packages, its own date.
   * @param created when the image was built
   * @param scratch a directory for what must be unpacked
   */
  public static Division of(
      FileTree files,
      OptionalLong previousClamp,
      Instant created,
      DivisionRules rules,
      Path scratch,
      Progress progress)
      throws IOException {
    FileTree plain = OstreeRepository.isIn(files) ? OstreeRepository.unwrap(files) : files;
    PackageIndex packages =
        rules.packages()
            ? RpmPackages.index(plain, scratch, progress::notice)
            : RpmPackages.none(plain, progress::notice);
    long clamp = previousClamp.orElse(firstClamp(packages.newestBuild(), created));
    if (rules.preserveMtimes()) {
      FileTree exact = StableTimes.none(plain);
      FileTree tree = StableTimes.ofDirectories(exact, clamp);
      return new Division(
          tree,
          clamp,
          Components.preservingMtimes(tree, exact, packages, rules.groups()),
          packages.packages());
    }
    FileTree stable = StableTimes.apply(plain, packages, clamp);
    return new Division(
        stable, clamp, Components.of(stable, packages, rules.groups()), packages.packages());
  }

  /**
   * When the image was built, in seconds since the epoch.
   *
   * @param created what its config says; if that is the epoch, as builds have it that want to be
   *     reproducible, the image is as old as its newest package
   */
  public long date(Instant created) {
    return created.getEpochSecond() != 0
        ? created.getEpochSecond()
        : packages.stream().mapToLong(PackageInfo::buildTime).max().orElse(0);
  }

  private static long firstClamp(long newestBuild, Instant created) {
    long built = created.getEpochSecond();
    return newestBuild == 0 ? built : built == 0 ? newestBuild : Math.min(newestBuild, built);
  }
}
