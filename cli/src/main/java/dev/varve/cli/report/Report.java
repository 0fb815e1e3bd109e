package dev.varve.cli.report;

import dev.varve.cli.terminal.Console;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The result of a command: lines for people, and JSON for machines. */
public interface Report {
  /** Returns the report as text. */
  List<String> lines() throws IOException;

  /** Returns the report as JSON. */
  JsonObject json() throws IOException;

  /** Prints the lines or the JSON on the standard output. */
  default void print(Console console, boolean asJson) throws IOException {
    if (asJson) {
      console.result(json());
    } else {
      lines().forEach(console::result);
    }
  }

  /**
   * Prints the lines on the standard error, and optionally the JSON on the standard output, last,
   * because a failure prints its own JSON object.
   *
   * @param note a note to print after the lines
   */
  default void tell(Console console, Optional<String> note, boolean withJson) throws IOException {
    lines().forEach(console::tell);
    note.ifPresent(console::note);
    if (withJson) {
      console.result(json());
    }
  }
}
