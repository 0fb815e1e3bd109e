package dev.varve.cli.option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A name and a value in one argument. */
public final class KeyValue {
  private KeyValue() {}

  /**
   * Checks that a name is there.
   *
   * @param end where it ends; not above 0 if it is missing
   * @return the same
   */
  static int requireKey(String text, int end, String option, String expected) {
    if (end <= 0) {
      throw new IllegalArgumentException(
          option + ": expected " + expected + ", got \"" + text + "\"");
    }
    return end;
  }

  /** The pairs of an option that takes {@code K=V}, in the order in which they are given. */
  public static Map<String, String> pairs(String option, List<String> arguments) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String argument : arguments) {
      int equals = requireKey(argument, argument.indexOf('='), option, "K=V");
      pairs.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    return pairs;
  }

  /**
   * The entries of an option that may be repeated, and takes lists as well, an entry on each line,
   * as actions of GitHub hand them on. Blank lines don't count, nor do comments in a list.
   */
  static List<String> entries(List<String> arguments) {
    List<String> entries = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.lines().count() < 2) {
        entries.add(argument);
        continue;
      }
      argument
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .forEach(entries::add);
    }
    return entries;
  }
}
