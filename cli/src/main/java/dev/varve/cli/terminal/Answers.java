package dev.varve.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Where a command gets what it asks for. */
public interface Answers {
  /** The device on Linux. */
  Path STANDARD_INPUT = Path.of("/proc/self/fd/0");

  /** Nobody answers, and the standard input is empty. */
  Answers NONE =
      new Answers() {
        @Override
        public String standardInput() {
          return "";
        }

        @Override
        public Optional<String> line(String prompt) {
          return Optional.empty();
        }

        @Override
        public Optional<String> secret(String prompt) {
          return Optional.empty();
        }
      };

  /** The console of the process. */
  Answers OF_PROCESS =
      new Answers() {
        @Override
        public String standardInput() throws IOException {
          return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        }

        @Override
        public Optional<String> line(String prompt) {
          return terminal().map(terminal -> terminal.readLine("%s", prompt));
        }

        @Override
        public Optional<String> secret(String prompt) {
          return terminal().map(terminal -> terminal.readPassword("%s", prompt)).map(String::new);
        }

        /** Newer Javas have a console also where nobody sits at it. */
        private Optional<java.io.Console> terminal() {
          return Optional.ofNullable(System.console())
              .filter(console -> Console.isTerminal(STANDARD_INPUT).orElse(true));
        }
      };

  /** All of the standard input. */
  String standardInput() throws IOException;

  /** Reads a line from the terminal; empty without a terminal. */
  Optional<String> line(String prompt);

  /** Reads a line from the terminal without an echo; empty without a terminal. */
  Optional<String> secret(String prompt);
}
