package dev.varve.cli.report;

import dev.varve.cli.terminal.Console;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The result of a command: lines for people, and JSON for machines. */
public interface Report {
  /** For people. */
  List<String> lines() throws IOException;

  /** For machines. */
  JsonObject json() throws IOException;

  /** Prints the lines or, in place of them, the JSON on standard output. */
  default void print(Console console, boolean asJson) throws IOException {
    if (asJson) {
      console.result(json());
    } else {
      lines().forEach(console::result);
    }
  }

  /**
   * Prints the lines on standard error and, if asked for, the JSON on standard output: last,
   * because a failure has a JSON object of its own.
   *
   * @param note follows the lines
   */
  default void tell(Console console, Optional<String> note, boolean withJson) throws IOException {
    lines().forEach(console::tell);
    note.ifPresent(console::note);
    if (withJson) {
      console.result(json());
    }
  }
}
