package dev.varve.core.state;

import dev.varve.core.bytes.NameList;
import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.OstreeRepository;
import dev.varve.core.packages.PackageIndex;
import dev.varve.core.packages.PackageInfo;
import dev.varve.core.packages.StableTimes;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.Components;
import dev.varve.core.plan.FileTimes;
import dev.varve.core.plan.PlanState.ComponentState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * An image's files in the form that layers store, divided into components.
 *
 * @param tree the files of a plain image, with stable times; if mtimes are preserved, only
 *     directories have stable times
 * @param clamp the latest mtime of files without a package's mtime, in seconds since the epoch
 * @param components by name
 * @param packages the installed packages, by name
 */
public record Division(
    FileTree tree, long clamp, List<Component> components, List<PackageInfo> packages) {
  private static final int MOST_NAMED = 3;

  /** Copies the lists. */
  public Division {
    components = List.copyOf(components);
    packages = List.copyOf(packages);
  }

  /**
   * Divides an image.
   *
   * @param files the files as read; an OSTree repository in them is unwrapped
   * @param previousClamp the clamp of the previous image, if any. A first image takes the build
   *     time of its newest package, which is earlier than anything that this and later builds
   *     generate; without packages, the image's own date.
   * @param previous the components of the previous image by name; a component that has the same
   *     files as there gets their mtimes
   * @param created the image's build time
   * @param scratch a directory for unpacked files
   */
  public static Division of(
      FileTree files,
      OptionalLong previousClamp,
      Map<String, ComponentState> previous,
      Instant created,
      DivisionRules rules,
      Path scratch,
      Progress progress)
      throws IOException {
    PackageDatabases databases =
        PackageDatabases.find(OstreeRepository.plain(files), scratch)
            .repaired(rules.repairs(), progress::notice);
    FileTree plain = databases.tree();
    PackageIndex packages =
        rules.packages() ? databases.read(progress::notice) : databases.ignored(progress::notice);
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
    FileTree stable =
        rules.withRepairedModules(
            StableTimes.apply(plain, packages, clamp), plain, path -> {}); // reported below
    List<Component> components = Components.of(stable, packages, rules.groups(), clamp);
    List<String> left = new ArrayList<>();
    FileTree tree =
        rules.withRepairedModules(
            FileTimes.restored(stable, components, previous), plain, left::add);
    if (!left.isEmpty()) {
      progress.notice(
          "compiled Python modules of several sources, by hard links, are not repaired: "
              + NameList.first(MOST_NAMED, left.stream().map(path -> "/" + path).toList()));
    }
    if (tree != stable) {
      components = Components.of(tree, packages, rules.groups(), clamp);
    }
    return new Division(tree, clamp, components, packages.packages());
  }

  /**
   * Returns the image's build time, in seconds since the epoch.
   *
   * @param created the time in the image's config; if it is the epoch, as in reproducible builds,
   *     the build time of the newest package counts
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
