package dev.varve.core.packages.pacman;

import dev.varve.core.packages.DatabaseLines;
import java.io.IOException;

/**
 * Reads a file of pacman's database: a section is a line with its name between percent signs, lines
 * with its values, and an empty line. See <a
 * href="https://alpm.archlinux.page/specifications/alpm-db-desc.5.html">alpm-db-desc</a>.
 */
final class Sections {
  /** Receives the values one by one. */
  interface Each {
    /**
     * Receives a value.
     *
     * @param section the section's name, without percent signs
     */
    void accept(String section, String value) throws IOException;
  }

  private Sections() {}

  /** Passes each value to {@code each}; ignores lines outside of sections. */
  static void read(DatabaseLines lines, Each each) throws IOException {
    String section = "";
    while (lines.next()) {
      String line = lines.text();
      if (line.isEmpty()) {
        section = "";
      } else if (!section.isEmpty()) {
        each.accept(section, line); // a file may be called %FILES%
      } else if (line.length() > 2 && line.startsWith("%") && line.endsWith("%")) {
        section = line.substring(1, line.length() - 1);
      }
    }
  }
}
