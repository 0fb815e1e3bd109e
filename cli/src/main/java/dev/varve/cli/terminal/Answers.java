package dev.varve.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The source of a command's interactive input. */
public interface Answers {
  /** The standard input's device on Linux. */
  Path STANDARD_INPUT = Path.of("/proc/self/fd/0");

  /** No terminal, and an empty standard input. */
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

        /** Returns the console if it is a terminal; since Java 22 it need not be one. */
        private Optional<java.io.Console> terminal() {
          return Optional.ofNullable(System.console())
              .filter(console -> Console.isTerminal(STANDARD_INPUT).orElse(true));
        }
      };

  /** Reads the whole standard input. */
  String standardInput() throws IOException;

  /** Reads a line from the terminal; empty without a terminal. */
  Optional<String> line(String prompt);

  /** Reads a line from the terminal without an echo; empty without a terminal. */
  Optional<String> secret(String prompt);
}
