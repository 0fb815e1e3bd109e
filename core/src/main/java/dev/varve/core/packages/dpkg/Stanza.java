package dev.varve.core.packages.dpkg;

import dev.varve.core.packages.FileDigest;
import java.util.Map;
import java.util.Set;

/**
 * What a stanza says of a package.
 *
 * @param line the number of the stanza's first line
 * @param name the package's name
 * @param state the third word of the field {@code Status}; {@code installed} where there is no such
 *     field
 * @param version {@code [epoch:]upstream[-revision]}, without an epoch of 0
 * @param arch the architecture, or empty
 * @param source the name of the source package
 * @param coinstallable whether the package can be installed for several architectures at once
 * @param maintainer the maintainer, or empty
 * @param conffiles the digests of configuration files as they were shipped, by path
 */
record Stanza(
    long line,
    String name,
    String state,
    String version,
    String arch,
    String source,
    boolean coinstallable,
    String maintainer,
    Map<String, FileDigest> conffiles) {

  /** The states of packages whose files are in place. */
  private static final Set<String> IN_PLACE =
      Set.of("installed", "triggers-pending", "triggers-awaited", "half-configured", "unpacked");

  /** Copies the map. */
  Stanza {
    conffiles = Map.copyOf(conffiles);
  }

  /** Returns whether the package's files are in place. */
  boolean isInPlace() {
    return IN_PLACE.contains(state);
  }
}
