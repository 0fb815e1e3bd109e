package dev.varve.cli;

import dev.varve.core.bytes.Progress;
import dev.varve.registry.Registry;
import dev.varve.registry.credentials.Login;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who asks registries, and how. */
final class RegistryOptions {
  private static final String CREDS = "--creds";

  @Mixin private AuthFileOption authFile;
  @Mixin private ConnectionOptions connection;

  @Option(
      names = CREDS,
      paramLabel = "USER[:PASSWORD]",
      description =
          "Log in as USER, asking for the password unless told; $$VARVE_USERNAME and"
              + " $$VARVE_PASSWORD, or the auth files, unless told.")
  private @Nullable String creds;

  /**
   * The client for registries, to be closed.
   *
   * @param progress is told of what is tried again, and of what registries warn of
   */
  Registries open(Console console, Progress progress) {
    Optional<Login> login = login(console);
    return new Registries(
        () ->
            new Registry(
                connection.settings(console.environment()),
                authFile.files(console, login),
                progress));
  }

  private Optional<Login> login(Console console) {
    if (creds == null) {
      return Optional.empty();
    }
    int colon = creds.indexOf(':');
    String user = colon < 0 ? creds : creds.substring(0, colon);
    if (user.isEmpty()) {
      throw new IllegalArgumentException(
          CREDS + ": expected USER[:PASSWORD], and the USER is missing");
    }
    String password =
        colon >= 0
            ? creds.substring(colon + 1)
            : console
                .answers()
                .secret("Password of " + user + ": ")
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            CREDS
                                + ": expected USER:PASSWORD, since there is no terminal to ask for"
                                + " the password"));
    return Optional.of(new Login(user, password, CREDS));
  }
}
