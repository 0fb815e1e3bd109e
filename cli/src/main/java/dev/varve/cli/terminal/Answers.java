package dev.varve.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Where a command gets what it asks for. */
public interface Answers {
  /** Where it leads on Linux. */
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

  /** The process's own. */
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

  /** A line that is typed; empty where there is no terminal. */
  Optional<String> line(String prompt);

  /** A line that is typed and not shown; empty where there is no terminal. */
  Optional<String> secret(String prompt);
}
