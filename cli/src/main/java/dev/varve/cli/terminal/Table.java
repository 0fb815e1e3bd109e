package dev.varve.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Formats rows in aligned columns. The last column is not padded. */
public final class Table {
  private static final String GAP = "  ";

  private final String alignment;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Creates an empty table.
   *
   * @param alignment a letter for each column: {@code l} for text, {@code r} for numbers
   */
  public Table(String alignment) {
    this.alignment = alignment;
  }

  public Table row(String... cells) {
    if (cells.length != alignment.length()) {
      throw new IllegalArgumentException(
          "expected " + alignment.length() + " cells, got " + cells.length);
    }
    rows.add(List.of(cells));
    return this;
  }

  /** Returns the rows as lines, with two spaces before each column. */
  public List<String> lines() {
    int[] widths = new int[alignment.length()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - width(row.get(i)));
        boolean right = alignment.charAt(i) == 'r';
        line.append(GAP).append(right ? padding : "").append(row.get(i));
        line.append(right ? "" : padding);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
