package dev.varve.cli.option;

import java.util.ArrayList;
import java.util.List;

/** A name and a value in one argument. */
public final class KeyValue {
  private KeyValue() {}

  /**
   * Checks that a name is there.
   *
   * @param end where it ends; not above 0 if it is missing
   * @return the same
   */
  public static int requireKey(String text, int end, String option, String expected) {
    if (end <= 0) {
      throw new IllegalArgumentException(
          option + ": expected " + expected + ", got \"" + text + "\"");
    }
    return end;
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
