package dev.varve.cli.option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A name and a value in one argument. */
public final class KeyValue {
  private KeyValue() {}

  /**
   * Checks that an argument has a name.
   *
   * @param end the index of the name's end; at most 0 without a name
   * @return {@code end}
   */
  static int requireKey(String text, int end, String option, String expected) {
    if (end <= 0) {
      throw new IllegalArgumentException(
          option + ": expected " + expected + ", got \"" + text + "\"");
    }
    return end;
  }

  /** Parses the arguments of an option with values {@code K=V}, in order. */
  public static Map<String, String> pairs(String option, List<String> arguments) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String argument : arguments) {
      int equals = requireKey(argument, argument.indexOf('='), option, "K=V");
      pairs.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    return pairs;
  }

  /**
   * Returns the entries of an option that may be repeated, or given as a list with one entry a
   * line, as in inputs of GitHub's actions. Blank lines and comments in a list are ignored.
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
