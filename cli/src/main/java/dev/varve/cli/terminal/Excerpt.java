package dev.varve.cli.terminal;

import java.util.List;

/**
 * The first entries of a list, for people.
 *
 * @param shown the first entries
 * @param more the number of entries that are left out
 */
public record Excerpt<T>(List<T> shown, int more) {
  /** Copies the list. */
  public Excerpt {
    shown = List.copyOf(shown);
  }

  /** Returns the first {@code most} entries. */
  public static <T> Excerpt<T> of(List<T> list, int most) {
    List<T> shown = list.subList(0, Math.min(most, list.size()));
    return new Excerpt<>(shown, list.size() - shown.size());
  }

  /** Returns the first {@code most} entries, or all with {@code --all}. */
  public static <T> Excerpt<T> of(List<T> list, int most, boolean all) {
    return of(list, all ? list.size() : most);
  }

  /**
   * Adds a line with the number of entries that are left out, if there are any, and what shows
   * them.
   */
  public void addRest(List<String> lines, String indent, String shows) {
    if (more > 0) {
      lines.add(indent + "and " + more + " more (" + shows + " shows them)");
    }
  }
}
