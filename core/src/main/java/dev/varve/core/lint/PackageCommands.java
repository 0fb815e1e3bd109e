package dev.varve.core.lint;

import dev.varve.core.packages.PackageFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lines for a Containerfile, by the format of packages.
 *
 * @param lines the lines; none for a format of which the rule knows nothing
 */
record PackageCommands(Map<PackageFormat, String> lines) {
  /** Copies the map. */
  PackageCommands {
    lines = Map.copyOf(lines);
  }

  /** Returns the lines for formats, in their order; RPM's if there is none. */
  List<String> of(Set<PackageFormat> formats) {
    Set<PackageFormat> wanted = formats.isEmpty() ? Set.of(PackageFormat.RPM) : formats;
    return lines.entrySet().stream()
        .filter(line -> wanted.contains(line.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }
}
