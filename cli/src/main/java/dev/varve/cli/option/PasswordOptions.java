package dev.varve.cli.option;

import dev.varve.cli.terminal.Console;
import dev.varve.registry.credentials.Login;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for a user and a password. The terminal is asked for what they don't give. */
public final class PasswordOptions {
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

  /**
   * Checks the options, before anything is asked.
   *
   * @throws IllegalArgumentException if two of them give a password
   */
  public void requireOnePassword() {
    if (password != null && passwordStdin) {
      throw new IllegalArgumentException("--password and --password-stdin contradict each other");
    }
  }

  /**
   * Returns the login, after asking for what is missing.
   *
   * @param activity the command's, for messages
   */
  public Login login(Console console, String activity) throws IOException {
    String user = username == null ? user(console, activity) : username;
    return new Login(user, secret(console, activity), origin());
  }

  private String user(Console console, String activity) {
    // The standard input has the password, and can't answer.
    return (passwordStdin ? Optional.<String>empty() : console.answers().line("Username: "))
        .orElseThrow(() -> unanswered(activity, "-u USER"));
  }

  private String secret(Console console, String activity) throws IOException {
    String secret;
    if (password != null) {
      console.note(
          "--password shows the password to everybody who lists processes; use"
              + " --password-stdin");
      secret = password;
    } else if (passwordStdin) {
      secret = console.answers().standardInput().replaceFirst("\\R+$", "");
    } else {
      secret =
          console
              .answers()
              .secret("Password: ")
              .orElseThrow(() -> unanswered(activity, "--password-stdin"));
    }
    if (secret.isEmpty()) {
      throw new IllegalArgumentException(
          activity + ": the password is empty" + (passwordStdin ? " on the standard input" : ""));
    }
    return secret;
  }

  private String origin() {
    if (password != null) {
      return "--password";
    }
    return passwordStdin ? "the standard input" : "the terminal";
  }

  private static IllegalArgumentException unanswered(String activity, String option) {
    return new IllegalArgumentException(activity + ": no terminal to ask on; use " + option);
  }
}
