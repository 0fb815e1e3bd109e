package dev.varve.cli.command;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What differs between two states of files and registries, which are maps by name. */
final class StateDifference {
  private StateDifference() {}

  /** Returns both values of each name that differs; a name may be in one state alone. */
  static Map<String, String> of(Map<String, Object> expected, Map<String, Object> got) {
    Map<String, String> differing = new TreeMap<>();
    Set<String> names = new TreeSet<>(expected.keySet());
    names.addAll(got.keySet());
    for (String name : names) {
      Object one = expected.getOrDefault(name, "nothing");
      Object other = got.getOrDefault(name, "nothing");
      if (!one.equals(other)) {
        differing.put(name, "expected " + one + ", got " + other);
      }
    }
    return differing;
  }
}
