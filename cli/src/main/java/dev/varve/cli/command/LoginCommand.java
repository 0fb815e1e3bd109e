package dev.varve.cli.command;

import dev.varve.cli.option.AuthFileOption;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ConnectionOptions;
import dev.varve.cli.option.PasswordOptions;
import dev.varve.cli.option.RegistryKey;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.registry.credentials.AuthFile;
import dev.varve.registry.credentials.Login;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code varve login}. */
@Command(
    name = "login",
    description = {
      "Logs in to a registry, and stores a valid login in podman's auth file.",
      "Asks on the terminal for the user and the password, unless options give them."
    },
    footer = {"", "Example:", "  varve login ghcr.io -u \"$USER\" --password-stdin < token.txt"})
public final class LoginCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private AuthFileOption authFile;
  @Mixin private ConnectionOptions connection;
  @Mixin private PasswordOptions passwordOptions;

  @Parameters(
      paramLabel = "HOST",
      description = "The registry, or a repository with a login of its own.")
  private String host;

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
    passwordOptions.requireOnePassword();
    AuthFile file = authFile.files(console, Map.of()).writable();
    Login login = passwordOptions.login(console, activity());
    check(key, login);
    console.tell(
        "logged in to "
            + key
            + " as "
            + login.username()
            + "; the login is in "
            + file.store(key.toString(), login.username(), login.secret()));
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
}
