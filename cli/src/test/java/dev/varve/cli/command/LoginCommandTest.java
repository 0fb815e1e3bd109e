package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.TypedAnswers;
import dev.varve.cli.terminal.Answers;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of {@code varve login} and {@code varve logout}. */
final class LoginCommandTest {
  private static final String ME_SECRET =
      "{\n  \"auths\": {\n    \"ghcr.io\": {\n      \"auth\": \"bWU6czNjcmV0\"\n    }\n  }\n}\n";

  @TempDir private Path directory;
  private FakeRegistry registry;
  private String host;
  private Cli cli;
  private Path file;

  @BeforeEach
  void setUp() throws IOException {
    registry = FakeRegistry.start();
    registry.access().basic("me", "s3cret");
    host = registry.host().replace("127.0.0.1", "localhost");
    cli = new Cli(directory);
    file = directory.resolve("containers/auth.json");
  }

  @AfterEach
  void tearDown() throws IOException {
    registry.close();
  }

  private LoginCommandTest withAnswers(Answers answers) {
    cli.withAnswers(answers);
    return this;
  }

  /** Runs a command line; ghcr.io and quay.io in it stand for two names of the registry. */
  private Run run(String... args) {
    String[] real = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      real[i] =
          args[i]
              .replace("ghcr.io", host)
              .replace("GHCR.IO", host.toUpperCase(Locale.ROOT))
              .replace("quay.io", registry.host());
    }
    Run run = cli.run(real);
    return new Run(run.exitCode(), run.out(), withPublicHosts(run.err()));
  }

  private String withPublicHosts(String text) {
    return text.replace(host, "ghcr.io").replace(registry.host(), "quay.io");
  }

  private String content(Path file) throws IOException {
    return withPublicHosts(Files.readString(file));
  }

  private static Run success(String line) {
    return new Run(0, "", line + "\n");
  }

  private static Run wrong(String message) {
    return new Run(2, "", "varve: " + message + "\n");
  }

  @Test
  void thePasswordIsReadFromTheStandardInput() throws IOException {
    Run run =
        withAnswers(TypedAnswers.ofStandardInput("s3cret\n"))
            .run("login", "ghcr.io", "-u", "me", "--password-stdin");
    assertThat(run)
        .isEqualTo(success("logged in to ghcr.io as me; the login is in DIR/containers/auth.json"));
    assertThat(content(file)).isEqualTo(ME_SECRET);
  }

  @Test
  void userAndPasswordAreAskedForOnATerminal() throws IOException {
    TypedAnswers answers = TypedAnswers.of("me", "s3cret");
    assertThat(withAnswers(answers).run("login", "ghcr.io").exitCode()).isZero();
    assertThat(answers.prompts()).containsExactly("Username: ", "secret Password: ");
    assertThat(content(file)).isEqualTo(ME_SECRET);
  }

  @Test
  void aPasswordOnTheCommandLineCausesAWarning() throws IOException {
    Run run = run("login", "ghcr.io", "-u", "me", "-p", "s3cret");
    assertThat(run.lines())
        .containsExactly(
            "note: --password shows the password to everybody who lists processes; use"
                + " --password-stdin",
            "logged in to ghcr.io as me; the login is in DIR/containers/auth.json");
    assertThat(content(file)).isEqualTo(ME_SECRET);
  }

  @Test
  void theAuthFileCanBeChosen() throws IOException {
    withAnswers(TypedAnswers.ofStandardInput("s3cret"))
        .run("login", "ghcr.io", "-u", "me", "--password-stdin", "--authfile", "DIR/own.json");
    assertThat(content(directory.resolve("own.json"))).isEqualTo(ME_SECRET);
    assertThat(file).doesNotExist();
    cli.with("REGISTRY_AUTH_FILE", directory.resolve("variable.json").toString());
    run("login", "ghcr.io", "-u", "me", "--password-stdin");
    assertThat(content(directory.resolve("variable.json"))).isEqualTo(ME_SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://ghcr.io",
        "https://ghcr.io/",
        "https://ghcr.io/v1/",
        "docker://ghcr.io",
        "GHCR.IO",
        "ghcr.io/"
      })
  void schemePathAndCaseOfAHostAreNormalized(String written) throws IOException {
    run("login", written, "-u", "me", "-p", "s3cret");
    assertThat(content(file)).isEqualTo(ME_SECRET);
  }

  @Test
  void aRepositoryMayHaveItsOwnLogin() {
    assertThat(run("login", "ghcr.io/owner/os", "-u", "me", "-p", "s3cret").lines())
        .contains("logged in to ghcr.io/owner/os as me; the login is in DIR/containers/auth.json");
    assertThat(run("logout", "ghcr.io").exitCode()).isEqualTo(1);
    assertThat(run("logout", "ghcr.io/owner/os"))
        .isEqualTo(success("logged out of ghcr.io/owner/os, in DIR/containers/auth.json"));
  }

  @Test
  void withoutATerminalTheMessageNamesTheOption() {
    assertThat(run("login", "ghcr.io"))
        .isEqualTo(wrong("logging in to ghcr.io: no terminal to ask on; use -u USER"));
    assertThat(run("login", "ghcr.io", "-u", "me"))
        .isEqualTo(
            wrong("logging in to ghcr.io: no terminal to ask on; use" + " --password-stdin"));
    assertThat(run("login", "ghcr.io", "--password-stdin").err()).contains("-u USER");
  }

  @Test
  void aRefusedLoginIsNotStored() throws IOException {
    assertThat(run("login", "ghcr.io", "-u", "me", "-p", "s3cret").exitCode()).isZero();
    registry.access().basic("me", "new");
    Run run =
        withAnswers(TypedAnswers.ofStandardInput("hunter2"))
            .run("login", "ghcr.io", "-u", "me", "--password-stdin");
    assertThat(run)
        .isEqualTo(
            new Run(
                3,
                "",
                "varve: checking the login to ghcr.io: not authorized (401: UNAUTHORIZED"
                    + " authentication required); the login was user me from the standard input\n"));
    assertThat(content(file)).isEqualTo(ME_SECRET);
    registry.access().bearer("me", "new");
    assertThat(run("login", "ghcr.io", "-u", "me", "-p", "hunter2").exitCode()).isEqualTo(3);
    assertThat(content(file)).isEqualTo(ME_SECRET);
    assertThat(run("login", "ghcr.io", "-u", "me", "-p", "new").exitCode()).isZero();
    assertThat(content(file)).isNotEqualTo(ME_SECRET);
  }

  @Test
  void anUnreachableRegistryIsReported() {
    Run run = cli.run("login", "nowhere.invalid", "-u", "me", "-p", "s3cret");
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err())
        .contains("varve: checking the login to nowhere.invalid: ")
        .doesNotContain("s3cret");
    assertThat(file).doesNotExist();
  }

  @Test
  void aRegistryThatNeedsNoLoginCannotCheckOne() throws IOException {
    try (FakeRegistry open = FakeRegistry.start()) {
      Run run = cli.run("login", open.host(), "-u", "me", "--password", "s3cret");
      assertThat(run.lines().subList(1, 3))
          .containsExactly(
              "note: "
                  + open.host()
                  + " answers without a login, so this login could not be checked",
              "logged in to " + open.host() + " as me; the login is in DIR/containers/auth.json");
    }
  }

  @Test
  void anEmptyPasswordIsRefused() {
    assertThat(run("login", "ghcr.io", "-u", "me", "--password-stdin"))
        .isEqualTo(wrong("logging in to ghcr.io: the password is empty on the standard input"));
    assertThat(run("login", "ghcr.io", "-u", "me", "-p", "a", "--password-stdin"))
        .isEqualTo(wrong("--password and --password-stdin contradict each other"));
  }

  @Test
  void aMalformedHostIsRefused() {
    assertThat(run("login", "not a host", "-u", "me", "-p", "s3cret").err())
        .startsWith("varve: expected HOST[:PORT] or HOST[:PORT]/PATH, got \"not a host\"");
    assertThat(file).doesNotExist();
  }

  @Test
  void logoutRemovesTheLogin() throws IOException {
    run("login", "ghcr.io", "-u", "me", "-p", "s3cret");
    run("login", "quay.io", "-u", "me", "-p", "s3cret");
    assertThat(run("logout", "quay.io"))
        .isEqualTo(success("logged out of quay.io, in DIR/containers/auth.json"));
    assertThat(content(file)).isEqualTo(ME_SECRET);
    assertThat(run("logout", "quay.io"))
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: logging out of quay.io: no login to quay.io in"
                    + " DIR/containers/auth.json\n"));
  }

  @Test
  void logoutReportsALoginInAnotherPlace() throws IOException {
    Path docker = directory.resolve("home/.docker/config.json");
    Files.createDirectories(docker.resolveSibling(""));
    Files.writeString(docker, ME_SECRET.replace("ghcr.io", host));
    run("login", "ghcr.io", "-u", "me", "-p", "s3cret");
    assertThat(run("logout", "ghcr.io").lines())
        .containsExactly(
            "logged out of ghcr.io, in DIR/containers/auth.json",
            "note: another login is in DIR/home/.docker/config.json (key ghcr.io)");
    assertThat(run("logout", "ghcr.io"))
        .isEqualTo(
            new Run(
                1,
                "",
                "varve: logging out of ghcr.io: no login to ghcr.io in"
                    + " DIR/containers/auth.json; another login is in DIR/home/.docker/config.json (key"
                    + " ghcr.io)\n"));
  }

  @Test
  void logoutReportsTheRemovalBeforeALaterFailure() throws IOException {
    run("login", "ghcr.io", "-u", "me", "-p", "s3cret");
    Path docker = directory.resolve("home/.docker/config.json");
    Files.createDirectories(docker.resolveSibling(""));
    Files.writeString(docker, "broken");
    Run run = run("logout", "ghcr.io");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines())
        .containsExactly(
            "logged out of ghcr.io, in DIR/containers/auth.json",
            "varve: reading the auth file DIR/home/.docker/config.json: expected a JSON object");
    assertThat(file).content().doesNotContain("auth\"");
  }

  @Test
  void logoutAllRemovesAllLogins() {
    run("login", "ghcr.io", "-u", "me", "-p", "s3cret");
    run("login", "quay.io", "-u", "me", "-p", "s3cret");
    assertThat(run("logout", "--all"))
        .isEqualTo(success("removed 2 logins from DIR/containers/auth.json"));
    assertThat(file).content().doesNotContain("auth\"");
    assertThat(run("logout", "--all"))
        .isEqualTo(success("removed 0 logins from DIR/containers/auth.json"));
    assertThat(run("logout")).isEqualTo(wrong("expected either HOST or --all"));
    assertThat(run("logout", "ghcr.io", "--all")).isEqualTo(wrong("expected either HOST or --all"));
  }
}
