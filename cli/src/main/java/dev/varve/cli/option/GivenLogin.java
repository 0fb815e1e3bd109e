package dev.varve.cli.option;

import dev.varve.cli.terminal.Console;
import dev.varve.registry.credentials.Login;
import java.util.Map;
import java.util.Optional;

/** Parses logins in options and environment variables. */
final class GivenLogin {
  static final String USERNAME = "VARVE_USERNAME";
  static final String PASSWORD = "VARVE_PASSWORD";

  private GivenLogin() {}

  /**
   * Parses {@code USER[:PASSWORD]}, and asks for a missing password.
   *
   * @param option the name of the option
   */
  static Login parse(String text, String option, Console console) {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    if (user.isEmpty()) {
      throw new IllegalArgumentException(
          option + ": expected USER[:PASSWORD], and the USER is missing");
    }
    String password =
        colon >= 0
            ? text.substring(colon + 1)
            : console
                .answers()
                .secret("Password of " + user + ", for " + option + ": ")
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            option
                                + ": expected USER:PASSWORD, because there is no terminal to ask for"
                                + " the password"));
    return new Login(user, password, option);
  }

  /**
   * Returns the login in the environment variables.
   *
   * @throws IllegalArgumentException if only one of them is set
   */
  static Optional<Login> fromEnvironment(Map<String, String> environment) {
    String username = environment.getOrDefault(USERNAME, "");
    String password = environment.getOrDefault(PASSWORD, "");
    if (username.isEmpty() != password.isEmpty()) {
      boolean lacksPassword = password.isEmpty();
      throw new IllegalArgumentException(
          "finding a login: "
              + (lacksPassword ? USERNAME : PASSWORD)
              + " is set, but "
              + (lacksPassword ? PASSWORD : USERNAME)
              + " is not; set both or none");
    }
    return username.isEmpty()
        ? Optional.empty()
        : Optional.of(new Login(username, password, USERNAME + " and " + PASSWORD));
  }
}
