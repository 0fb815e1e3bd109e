package dev.varve.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void columnsLineUpAndTheLastIsNotPadded() {
    Table table =
        new Table("rll")
            .row("size", "name", "why")
            .row("1.0 kB", "é", "")
            .row("9 B", "abcdef", "x");
    assertThat(table.lines())
        .containsExactly("    size  name    why", "  1.0 kB  é", "     9 B  abcdef  x");
  }

  @Test
  void aTableWithoutRowsHasNoLines() {
    assertThat(new Table("l").lines()).isEmpty();
  }

  @Test
  void aRowHasAsManyCellsAsThereAreColumns() {
    assertThatThrownBy(() -> new Table("ll").row("one"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 2 cells, got 1");
  }
}
