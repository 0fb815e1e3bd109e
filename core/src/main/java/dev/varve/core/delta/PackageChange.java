package dev.varve.core.delta;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A package that is not as it was.
 *
 * @param name the package
 * @param before its version before, empty if it was added; several are separated by spaces
 * @param after its version now, empty if it was removed; several are separated by spaces
 */
public record PackageChange(String name, String before, String after) {
  /** RPM's name for each key that was imported: no package that anybody ships. */
  private static final String KEY = "gpg-pubkey";

  /**
   * What became of the packages, by name. Keys that were imported into RPM are none.
   *
   * @param before their versions before, by name
   * @param after their versions now, by name
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

  /** Whether keys were imported into RPM, or removed from it. */
  static boolean keysChanged(Map<String, String> before, Map<String, String> after) {
    return !before.getOrDefault(KEY, "").equals(after.getOrDefault(KEY, ""));
  }

  /** Whether it was not there before. */
  public boolean isAdded() {
    return before.isEmpty();
  }

  /** Whether it is no longer there. */
  public boolean isRemoved() {
    return after.isEmpty();
  }
}
