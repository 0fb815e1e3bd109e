package dev.varve.cli.option;

import dev.varve.cli.terminal.Console;
import dev.varve.registry.credentials.Login;
import java.util.Map;
import java.util.Optional;

/** Logins that are given with a command. */
final class GivenLogin {
  static final String USERNAME = "VARVE_USERNAME";
  static final String PASSWORD = "VARVE_PASSWORD";

  private GivenLogin() {}

  /**
   * Reads {@code USER[:PASSWORD]}, and asks for the password where it is missing.
   *
   * @param option the option that it was given with
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
                                + ": expected USER:PASSWORD, since there is no terminal to ask for"
                                + " the password"));
    return new Login(user, password, option);
  }

  /**
   * The one in the variables.
   *
   * @throws IllegalArgumentException if one of them is set without the other
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
