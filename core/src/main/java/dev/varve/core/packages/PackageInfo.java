package dev.varve.core.packages;

import java.util.Comparator;
import java.util.List;

/**
 * An installed package without its files.
 *
 * @param format the format of the package
 * @param name the binary package's name
 * @param version as in {@link InstalledPackage}
 * @param arch the architecture
 * @param source what the package was built from, as in {@link InstalledPackage}; empty if unknown
 * @param changelogTimes the dates of the changelog's entries, in seconds since the epoch, in the
 *     package's order
 * @param buildTime the time of the package's build, in seconds since the epoch; 0 if unknown
 * @param license as in {@link InstalledPackage}; empty if unknown
 * @param supplier as in {@link InstalledPackage}; empty if unknown
 */
public record PackageInfo(
    PackageFormat format,
    String name,
    String version,
    String arch,
    String source,
    List<Long> changelogTimes,
    long buildTime,
    String license,
    String supplier)
    implements Comparable<PackageInfo> {

  private static final Comparator<PackageInfo> ORDER =
      Comparator.comparing(PackageInfo::name)
          .thenComparing(PackageInfo::version)
          .thenComparing(PackageInfo::arch)
          .thenComparing(PackageInfo::format);

  /** Copies the list. */
  public PackageInfo {
    changelogTimes = List.copyOf(changelogTimes);
  }

  /** Creates a package whose license and supplier are unknown. */
  public PackageInfo(
      PackageFormat format,
      String name,
      String version,
      String arch,
      String source,
      List<Long> changelogTimes,
      long buildTime) {
    this(format, name, version, arch, source, changelogTimes, buildTime, "", "");
  }

  /** Returns a package without its files. */
  public static PackageInfo of(InstalledPackage installed) {
    return new PackageInfo(
        installed.format(),
        installed.name(),
        installed.version(),
        installed.arch(),
        installed.source(),
        installed.changelogTimes(),
        installed.buildTime(),
        installed.license(),
        installed.supplier());
  }

  /** The name of the package's component. */
  public String component() {
    return format.component(name);
  }

  /** Orders by name, then version, then architecture, each as plain text, then format. */
  @Override
  public int compareTo(PackageInfo other) {
    return ORDER.compare(this, other);
  }
}
