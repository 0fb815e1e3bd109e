package dev.varve.cli.option;

import dev.varve.cli.terminal.Console;
import dev.varve.core.signing.PrivateKeyPem;
import dev.varve.core.signing.SigningKey;
import dev.varve.core.signing.WrongPasswordException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the password of a private key. The sources, in cosign's order, are the environment, even
 * with an empty value, the terminal, and the standard input.
 */
public final class KeyPassword {
  private static final String VARIABLE = "COSIGN_PASSWORD";
  private static final String LINE_BREAK = "\\R$";

  private final Console console;
  private final Consumer<String> mask;

  /**
   * Creates the reader.
   *
   * @param mask receives passwords, to hide them in output
   */
  public KeyPassword(Console console, Consumer<String> mask) {
    this.console = console;
    this.mask = mask;
  }

  /**
   * Reads the password and decrypts the key.
   *
   * @param place the place of the key, for messages
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
        // cosign treats the line break as part of the password.
      }
    }
    return open(
        key,
        input,
        input.isEmpty()
            ? "the standard input, which is empty; there is no terminal, and "
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

  /** Reads the password of a new key, on a terminal twice. */
  public String choose() throws IOException {
    String given = console.environment().get(VARIABLE);
    if (given != null) {
      return given;
    }
    Optional<String> typed = console.answers().secret("Password of the new key: ");
    if (typed.isEmpty()) {
      return console.answers().standardInput().replaceFirst(LINE_BREAK, "");
    }
    if (!typed.equals(console.answers().secret("Repeat the password: "))) {
      throw new IOException("choosing a password: the two typed passwords differ");
    }
    return typed.get();
  }
}
