package dev.varve.core.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProgramTest {
  private static final Program SHELL = new Program(List.of("sh"), "install a shell");

  @Test
  void theOutputIsReturned() throws IOException {
    Program.Result result = SHELL.run("-c", "echo out; echo err >&2; exit 3");
    assertThat(result)
        .isEqualTo(
            new Program.Result(
                List.of("sh", "-c", "echo out; echo err >&2; exit 3"), 3, "out\n", "err"));
    assertThat(result.failure())
        .hasMessage("running sh -c echo out; echo err >&2; exit 3: exit code 3: err");
  }

  @Test
  void argumentsAreNotReadByAShell() throws IOException {
    assertThat(new Program(List.of("echo"), "").require("$HOME", "a  b").output())
        .isEqualTo("$HOME a  b\n");
  }

  @Test
  void aMissingProgramIsNamedWithARemedy() {
    assertThatThrownBy(() -> new Program(List.of("/no/such"), "install it").run())
        .isInstanceOf(MissingProgramException.class)
        .hasMessageStartingWith("running /no/such: it can't be started (")
        .hasMessageEndingWith("); install it");
  }
}
