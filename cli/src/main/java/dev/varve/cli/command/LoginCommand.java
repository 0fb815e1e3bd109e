package dev.varve.cli.command;

import dev.varve.cli.option.AuthFileOption;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ConnectionOptions;
import dev.varve.cli.option.RegistryKey;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.registry.credentials.AuthFile;
import dev.varve.registry.credentials.Login;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve login}. */
@Command(
    name = "login",
    description = {
      "Logs in to a registry, and keeps a valid login where podman keeps its own.",
      "Asks on the terminal for the user and the password, unless options give them."
    },
    footer = {"", "Example:", "  varve login ghcr.io -u \"$USER\" --password-stdin < token.txt"})
public final class LoginCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private AuthFileOption authFile;
  @Mixin private ConnectionOptions connection;

  @Parameters(
      paramLabel = "HOST",
      description = "The registry, or a repository with a login of its own.")
  private String host;

  @Option(
      names = {"-u", "--username"},
      paramLabel = "USER",
      description = "Log in as USER.")
  private @Nullable String username;

  @Option(
      names = {"-p", "--password"},
      paramLabel = "PASSWORD",
      description = "The password or token, visible to everybody who can list processes.")
  private @Nullable String password;

  @Option(names = "--password-stdin", description = "Read the password from the standard input.")
  private boolean passwordStdin;

  public LoginCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "logging in to " + host;
  }

  @Override
  public Integer call() throws IOException {
    RegistryKey key = RegistryKey.parse(host);
    if (password != null && passwordStdin) {
      throw new IllegalArgumentException("--password and --password-stdin contradict each other");
    }
    AuthFile file = authFile.files(console, Map.of()).writable();
    String user = username != null ? username : ask("Username: ", "-u USER");
    String secret = secret();
    check(key, new Login(user, secret, origin()));
    console.tell(
        "logged in to "
            + key
            + " as "
            + user
            + "; the login is in "
            + file.store(key.toString(), user, secret));
    return 0;
  }

  /** Checks the login with the registry, because only a valid login is stored. */
  private void check(RegistryKey key, Login login) throws IOException {
    try (Session session = Session.open(console, common, connection)) {
      if (!session.registry().check(key.host(), login)) {
        console.note(key.host() + " answers without a login, so this login could not be checked");
      }
    }
  }

  private String origin() {
    if (password != null) {
      return "--password";
    }
    return passwordStdin ? "the standard input" : "the terminal";
  }

  private String secret() throws IOException {
    String secret;
    if (password != null) {
      console.note(
          "--password shows the password to all who list processes; --password-stdin" + " doesn't");
      secret = password;
    } else if (passwordStdin) {
      secret = console.answers().standardInput().replaceFirst("\\R+$", "");
    } else {
      secret =
          console.answers().secret("Password: ").orElseThrow(() -> unanswered("--password-stdin"));
    }
    if (secret.isEmpty()) {
      throw new IllegalArgumentException(
          activity() + ": the password is empty" + (passwordStdin ? " on the standard input" : ""));
    }
    return secret;
  }

  private String ask(String prompt, String option) {
    // With the password in the standard input, that is not there to answer.
    return (passwordStdin ? Optional.<String>empty() : console.answers().line(prompt))
        .orElseThrow(() -> unanswered(option));
  }

  private IllegalArgumentException unanswered(String option) {
    return new IllegalArgumentException(
        activity() + ": no terminal to ask on; give it with " + option);
  }
}
