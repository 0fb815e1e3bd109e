package dev.varve.cli;

import dev.varve.registry.credentials.AuthFile;
import java.io.IOException;
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
      "Logs in to a registry, and keeps the login where podman keeps its own.",
      "Asks for the user and the password on the terminal, unless told."
    },
    footer = {"", "Example:", "  varve login ghcr.io -u \"$USER\" --password-stdin < token.txt"})
final class LoginCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private AuthFileOption authFile;

  @Parameters(
      paramLabel = "HOST",
      description = "The registry, or a repository in it whose login is another one.")
  private String host;

  @Option(
      names = {"-u", "--username"},
      paramLabel = "USER",
      description = "Log in as USER.")
  private @Nullable String username;

  @Option(
      names = {"-p", "--password"},
      paramLabel = "PASSWORD",
      description = "The password or token, for all to see who list processes.")
  private @Nullable String password;

  @Option(names = "--password-stdin", description = "Read the password from the standard input.")
  private boolean passwordStdin;

  LoginCommand(Console console) {
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
    AuthFile file = authFile.files(console, Optional.empty()).writable();
    String user = username != null ? username : ask("Username: ", "-u USER");
    String secret = secret();
    // Here the registry is to be asked whether the login is good.
    console.tell(
        "logged in to "
            + key
            + " as "
            + user
            + "; the login is in "
            + file.store(key.toString(), user, secret));
    return 0;
  }

  private String secret() throws IOException {
    String secret;
    if (password != null) {
      console.tell(
          "note: --password shows the password to all who list processes; --password-stdin"
              + " doesn't");
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
        activity() + ": there is no terminal to ask on; say it with " + option);
  }
}
