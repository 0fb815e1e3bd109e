package dev.varve.core.update;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A package that was added, updated or removed.
 *
 * @param name the package
 * @param before the old version, empty if the package was added; several are separated by spaces
 * @param after the new version, empty if the package was removed; several are separated by spaces
 */
public record PackageChange(String name, String before, String after) {
  /** RPM's package name for imported keys, which are not packages. */
  private static final String KEY = "gpg-pubkey";

  /**
   * Returns the changes of packages, by name. Keys that were imported into RPM are ignored.
   *
   * @param before the old versions, by name
   * @param after the new versions, by name
   */
  public static List<PackageChange> between(Map<String, String> before, Map<String, String> after) {
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    names.remove(KEY);
    List<PackageChange> changes = new ArrayList<>();
    for (String name : names) {
      PackageChange change =
          new PackageChange(name, before.getOrDefault(name, ""), after.getOrDefault(name, ""));
      if (!change.before().equals(change.after())) {
        changes.add(change);
      }
    }
    return changes;
  }

  /**
   * Returns whether keys were imported into RPM, or removed.
   *
   * @param before the old versions, by name
   * @param after the new versions, by name
   */
  public static boolean keysChanged(Map<String, String> before, Map<String, String> after) {
    return !before.getOrDefault(KEY, "").equals(after.getOrDefault(KEY, ""));
  }

  /** Whether the package was added. */
  public boolean isAdded() {
    return before.isEmpty();
  }

  /** Whether the package was removed. */
  public boolean isRemoved() {
    return after.isEmpty();
  }
}
