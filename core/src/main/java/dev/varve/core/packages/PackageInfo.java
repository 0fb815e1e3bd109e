package dev.varve.core.packages;

import java.util.Comparator;
import java.util.List;

/**
 * An installed package without its files.
 *
 * @param name the binary package's name
 * @param version {@code [epoch:]version-release}
 * @param arch the architecture
 * @param changelogTimes when it changed, in seconds since the epoch, as its changelog has them
 * @param buildTime when it was built, in seconds since the epoch; 0 where that is not known
 */
public record PackageInfo(
    String name, String version, String arch, List<Long> changelogTimes, long buildTime)
    implements Comparable<PackageInfo> {

  private static final Comparator<PackageInfo> ORDER =
      Comparator.comparing(PackageInfo::name)
          .thenComparing(PackageInfo::version)
          .thenComparing(PackageInfo::arch);

  /** Freezes the list. */
  public PackageInfo {
    changelogTimes = List.copyOf(changelogTimes);
  }

  /** By name, then version, then architecture, each letter by letter. */
  @Override
  public int compareTo(PackageInfo other) {
    return ORDER.compare(this, other);
  }
}
