package dev.varve.core.packages;

import java.util.List;

/**
 * A binary package that is installed in an image.
 *
 * @param format the format of the package
 * @param name the package's name; several installed packages may share it (two architectures, two
 *     kernels)
 * @param version the version as the package manager compares it: {@code [epoch:]version-release},
 *     without the epoch if the package has none or if it is 0
 * @param arch the architecture, or empty if the package names none
 * @param source what the package was built from, together with other packages of the same source:
 *     the file name of RPM's source package, or a name; empty if unknown
 * @param buildTime the time of the package's build, in seconds since the epoch, or 0 if unknown
 * @param changelogTimes the dates of the changelog's entries, in seconds since the epoch, in the
 *     package's order, which is newest first; empty if unknown
 * @param files the files that the package installed
 * @param license the license as the package declares it, in any notation; empty if unknown
 * @param supplier the vendor of an RPM package, otherwise the maintainer or packager; empty if
 *     unknown
 */
public record InstalledPackage(
    PackageFormat format,
    String name,
    String version,
    String arch,
    String source,
    long buildTime,
    List<Long> changelogTimes,
    List<PackageFile> files,
    String license,
    String supplier) {

  /** Copies the lists and checks that the package has a name and a version. */
  public InstalledPackage {
    if (name.isEmpty() || version.isEmpty()) {
      throw new IllegalArgumentException(
          "expected a name and a version, got \"" + name + "\" and \"" + version + "\"");
    }
    changelogTimes = List.copyOf(changelogTimes);
    files = List.copyOf(files);
  }

  /** Creates a package whose license and supplier are unknown. */
  public InstalledPackage(
      PackageFormat format,
      String name,
      String version,
      String arch,
      String source,
      long buildTime,
      List<Long> changelogTimes,
      List<PackageFile> files) {
    this(format, name, version, arch, source, buildTime, changelogTimes, files, "", "");
  }
}
