package dev.varve.cli.option;

import dev.varve.cli.terminal.Console;
import dev.varve.core.signing.PrivateKeyPem;
import dev.varve.core.signing.SigningKey;
import dev.varve.core.signing.WrongPasswordException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The password of a private key. It comes, in cosign's order, from the environment, even when it is
 * empty there, from the terminal, or else from the standard input.
 */
public final class KeyPassword {
  private static final String VARIABLE = "COSIGN_PASSWORD";
  private static final String LINE_BREAK = "\\R$";

  private final Console console;
  private final Consumer<String> mask;

  /**
   * Asks for nothing yet.
   *
   * @param mask is told of passwords, so that nobody prints them
   */
  public KeyPassword(Console console, Consumer<String> mask) {
    this.console = console;
    this.mask = mask;
  }

  /**
   * Asks, and decrypts the key.
   *
   * @param place where the key is, for messages
   * @throws WrongPasswordException if the password is wrong
   */
  SigningKey open(PrivateKeyPem key, KeyPlace place) throws IOException {
    String given = console.environment().get(VARIABLE);
    if (given != null) {
      return open(
          key,
          given,
          given.replaceFirst(LINE_BREAK, "").equals(given)
              ? VARIABLE
              : VARIABLE + ", which has a line break at its end");
    }
    Optional<String> typed = console.answers().secret("Password of " + place + ": ");
    if (typed.isPresent()) {
      return open(key, typed.get(), "the terminal");
    }
    String input = console.answers().standardInput();
    String line = input.replaceFirst(LINE_BREAK, "");
    if (!line.equals(input)) {
      try {
        return open(key, line, "the standard input");
      } catch (WrongPasswordException e) {
        // cosign takes the line break for a part of the password.
      }
    }
    return open(
        key,
        input,
        input.isEmpty()
            ? "the standard input, which is empty; there is no terminal to ask on, and "
                + VARIABLE
                + " is not set"
            : "the standard input");
  }

  private SigningKey open(PrivateKeyPem key, String password, String origin) throws IOException {
    mask.accept(password);
    try {
      return key.open(password);
    } catch (WrongPasswordException e) {
      throw new WrongPasswordException(e.getMessage() + "; it came from " + origin);
    }
  }

  /** Asks for the password of a key that is being made: on a terminal, twice. */
  public String choose() throws IOException {
    String given = console.environment().get(VARIABLE);
    if (given != null) {
      return given;
    }
    Optional<String> typed = console.answers().secret("Password of the new key: ");
    if (typed.isEmpty()) {
      return console.answers().standardInput().replaceFirst(LINE_BREAK, "");
    }
    if (!typed.equals(console.answers().secret("The same again: "))) {
      throw new IOException("choosing a password: the two that were typed differ");
    }
    return typed.get();
  }
}
