package dev.varve.cli;

/** A name and a value in one argument. */
final class KeyValue {
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
}
