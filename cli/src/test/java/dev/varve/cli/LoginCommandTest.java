package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code varve login} and {@code varve logout}. */
final class LoginCommandTest {
  private static final String ME_SECRET =
      "{\n  \"auths\": {\n    \"ghcr.io\": {\n      \"auth\": \"bWU6czNjcmV0\"\n    }\n  }\n}\n";

  @TempDir private Path directory;
  private Cli cli;
  private Path file;

  /** Someone at a terminal, or a standard input. */
  private static final class Typing implements Answers {
    private final List<String> prompts = new ArrayList<>();
    private final String input;
    private final List<String> typed;

    Typing(String input, String... typed) {
      this.input = input;
      this.typed = new ArrayList<>(List.of(typed));
    }

    @Override
    public String standardInput() {
      return input;
    }

    @Override
    public Optional<String> line(String prompt) {
      prompts.add(prompt);
      return Optional.of(typed.remove(0));
    }

    @Override
    public Optional<String> secret(String prompt) {
      prompts.add("secret " + prompt);
      return Optional.of(typed.remove(0));
    }
  }

  @BeforeEach
  void setUp() {
    cli = new Cli(directory);
    file = directory.resolve("containers/auth.json");
  }

  private static Run told(String line) {
    return new Run(0, "", line + "\n");
  }

  private static Run wrong(String message) {
    return new Run(2, "", "varve: " + message + "\n");
  }

  @Test
  void thePasswordIsReadFromTheStandardInput() {
    Run run =
        cli.answering(new Typing("s3cret\n"))
            .run("login", "ghcr.io", "-u", "me", "--password-stdin");
    assertThat(run)
        .isEqualTo(told("logged in to ghcr.io as me; the login is in DIR/containers/auth.json"));
    assertThat(file).hasContent(ME_SECRET);
  }

  @Test
  void userAndPasswordAreAskedForOnATerminal() {
    Typing typing = new Typing("", "me", "s3cret");
    assertThat(cli.answering(typing).run("login", "ghcr.io").exitCode()).isZero();
    assertThat(typing.prompts).containsExactly("Username: ", "secret Password: ");
    assertThat(file).hasContent(ME_SECRET);
  }

  @Test
  void aPasswordOnTheCommandLineIsWarnedOf() {
    Run run = cli.run("login", "ghcr.io", "-u", "me", "-p", "s3cret");
    assertThat(run.lines())
        .containsExactly(
            "note: --password shows the password to all who list processes; --password-stdin"
                + " doesn't",
            "logged in to ghcr.io as me; the login is in DIR/containers/auth.json");
    assertThat(file).hasContent(ME_SECRET);
  }

  @Test
  void aFileCanBeChosen() {
    cli.answering(new Typing("s3cret"))
        .run("login", "ghcr.io", "-u", "me", "--password-stdin", "--authfile", "DIR/own.json");
    assertThat(directory.resolve("own.json")).hasContent(ME_SECRET);
    assertThat(file).doesNotExist();
    cli.with("REGISTRY_AUTH_FILE", directory.resolve("variable.json").toString())
        .run("login", "ghcr.io", "-u", "me", "--password-stdin");
    assertThat(directory.resolve("variable.json")).hasContent(ME_SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://ghcr.io", "https://ghcr.io/", "docker://ghcr.io", "GHCR.IO", "ghcr.io/"})
  void whatIsCopiedAlongWithAHostIsLeftOut(String host) {
    cli.run("login", host, "-u", "me", "-p", "s3cret");
    assertThat(file).hasContent(ME_SECRET);
  }

  @Test
  void aRepositoryMayHaveALoginOfItsOwn() {
    assertThat(cli.run("login", "ghcr.io/owner/os", "-u", "me", "-p", "s3cret").lines())
        .contains("logged in to ghcr.io/owner/os as me; the login is in DIR/containers/auth.json");
    assertThat(cli.run("logout", "ghcr.io").exitCode()).isEqualTo(1);
    assertThat(cli.run("logout", "ghcr.io/owner/os"))
        .isEqualTo(told("logged out of ghcr.io/owner/os, in DIR/containers/auth.json"));
  }

  @Test
  void withoutATerminalItSaysHowToTell() {
    assertThat(cli.run("login", "ghcr.io"))
        .isEqualTo(
            wrong("logging in to ghcr.io: there is no terminal to ask on; say it with -u USER"));
    assertThat(cli.run("login", "ghcr.io", "-u", "me"))
        .isEqualTo(
            wrong(
                "logging in to ghcr.io: there is no terminal to ask on; say it with"
                    + " --password-stdin"));
    assertThat(cli.run("login", "ghcr.io", "--password-stdin").err()).contains("-u USER");
  }

  @Test
  void anEmptyPasswordIsRefused() {
    assertThat(cli.run("login", "ghcr.io", "-u", "me", "--password-stdin"))
        .isEqualTo(wrong("logging in to ghcr.io: the password is empty on the standard input"));
    assertThat(cli.run("login", "ghcr.io", "-u", "me", "-p", "a", "--password-stdin"))
        .isEqualTo(wrong("--password and --password-stdin contradict each other"));
  }

  @Test
  void whatIsNoRegistryIsRefused() {
    assertThat(cli.run("login", "not a host", "-u", "me", "-p", "s3cret").err())
        .startsWith("varve: expected HOST[:PORT] or HOST[:PORT]/PATH, got \"not a host\"");
    assertThat(file).doesNotExist();
  }

  @Test
  void logoutForgetsTheLogin() throws IOException {
    cli.run("login", "ghcr.io", "-u", "me", "-p", "s3cret");
    cli.run("login", "quay.io", "-u", "me", "-p", "s3cret");
    assertThat(cli.run("logout", "quay.io"))
        .isEqualTo(told("logged out of quay.io, in DIR/containers/auth.json"));
    assertThat(file).hasContent(ME_SECRET);
    assertThat(cli.run("logout", "quay.io"))
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: logging out of quay.io: there is no login to quay.io in"
                    + " DIR/containers/auth.json\n"));
  }

  @Test
  void logoutTellsOfALoginThatIsLeftElsewhere() throws IOException {
    Path docker = directory.resolve("home/.docker/config.json");
    Files.createDirectories(docker.resolveSibling(""));
    Files.writeString(docker, ME_SECRET);
    cli.run("login", "ghcr.io", "-u", "me", "-p", "s3cret");
    assertThat(cli.run("logout", "ghcr.io").lines())
        .containsExactly(
            "logged out of ghcr.io, in DIR/containers/auth.json",
            "note: there is another login in DIR/home/.docker/config.json (key ghcr.io)");
    assertThat(cli.run("logout", "ghcr.io"))
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: logging out of ghcr.io: there is no login to ghcr.io in"
                    + " DIR/containers/auth.json; there is one in DIR/home/.docker/config.json (key"
                    + " ghcr.io)\n"));
  }

  @Test
  void logoutForgetsAllLogins() {
    cli.run("login", "ghcr.io", "-u", "me", "-p", "s3cret");
    cli.run("login", "quay.io", "-u", "me", "-p", "s3cret");
    assertThat(cli.run("logout", "--all"))
        .isEqualTo(told("forgot 2 logins in DIR/containers/auth.json"));
    assertThat(file).content().doesNotContain("auth\"");
    assertThat(cli.run("logout", "--all"))
        .isEqualTo(told("forgot 0 logins in DIR/containers/auth.json"));
    assertThat(cli.run("logout")).isEqualTo(wrong("expected either HOST or --all"));
    assertThat(cli.run("logout", "ghcr.io", "--all"))
        .isEqualTo(wrong("expected either HOST or --all"));
  }
}
