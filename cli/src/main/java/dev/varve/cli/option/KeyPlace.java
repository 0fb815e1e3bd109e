package dev.varve.cli.option;

import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Secrets;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.signing.VerificationKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The place of a key in cosign's form: a file or an environment variable.
 *
 * @param text {@code FILE} or {@code env://NAME}
 */
public record KeyPlace(String text) {
  private static final String VARIABLE = "env://";

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if not
   */
  public KeyPlace {
    if (Secrets.isKey(text)) {
      throw new IllegalArgumentException(
          "--key: expected FILE or env://NAME, got a text that looks like the key itself; put the"
              + " key into an environment variable, and use env://NAME");
    }
    boolean variable = text.startsWith(VARIABLE);
    if (text.isEmpty() || text.equals(VARIABLE) || (text.contains("://") && !variable)) {
      throw new IllegalArgumentException(
          "--key: expected FILE or env://NAME, got \"" + text + "\"");
    }
  }

  /** Returns whether the key is in this file, by any of its names. */
  boolean isFile(Path file) throws IOException {
    return !isVariable() && Lookup.exists(file) && Files.isSameFile(Path.of(text), file);
  }

  private boolean isVariable() {
    return text.startsWith(VARIABLE);
  }

  /** Reads the key's text. */
  String read(Console console) throws IOException {
    if (!isVariable()) {
      try {
        return Files.readString(Path.of(text));
      } catch (IOException e) {
        throw new IOException("reading " + this, e);
      }
    }
    String content = console.environment().get(text.substring(VARIABLE.length()));
    if (content == null) {
      throw new IOException("reading " + this + ": the environment variable is not set");
    }
    return content;
  }

  /** Reads a public key. */
  public VerificationKey publicKey(Console console) throws IOException {
    return VerificationKey.parse(read(console), toString());
  }

  /** Returns the name for messages. */
  @Override
  public String toString() {
    return "the key " + text;
  }
}
