package dev.varve.core.bytes;

/** Formats numbers with their nouns for messages. */
public final class Quantity {
  private Quantity() {}

  /**
   * Formats a number with a noun, such as {@code 1 layer} or {@code 3 layers}.
   *
   * @param noun in the singular; its plural ends with an additional s
   */
  public static String of(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** Formats a number with a noun and its verb, such as {@code 1 path is}. */
  public static String of(long number, String noun, String singularVerb, String pluralVerb) {
    return of(number, noun) + " " + (number == 1 ? singularVerb : pluralVerb);
  }
}
