package dev.varve.cli;

import dev.varve.core.signing.VerificationKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where a key is, as cosign has it: a file, or an environment variable.
 *
 * @param text {@code FILE} or {@code env://NAME}
 */
record KeyPlace(String text) {
  private static final String VARIABLE = "env://";

  /** In base64, the shortest key on P-256 has 64 characters. */
  private static final Pattern ENCODED = Pattern.compile("[A-Za-z0-9+/_=\\s-]{64,}");

  /**
   * Checks that it is a place of a known kind.
   *
   * @throws IllegalArgumentException if not
   */
  KeyPlace {
    if (isKeyItself(text)) {
      throw new IllegalArgumentException(
          "--key: expected FILE or env://NAME, got a text that looks like the key itself; put that"
              + " into an environment variable, and give env://NAME");
    }
    boolean variable = text.startsWith(VARIABLE);
    if (text.isEmpty() || text.equals(VARIABLE) || (text.contains("://") && !variable)) {
      throw new IllegalArgumentException(
          "--key: expected FILE or env://NAME, got \"" + text + "\"");
    }
  }

  /** Whether a text is a key in PEM, or has been one. */
  static boolean isPem(String text) {
    return text.contains("-----BEGIN") || text.contains("PRIVATE KEY");
  }

  /** Whether a text is rather a key than the name of one: it is shown nowhere. */
  static boolean isKeyItself(String text) {
    String name = text.startsWith(VARIABLE) ? text.substring(VARIABLE.length()) : text;
    return isPem(name)
        || name.lines().count() > 1
        || name.startsWith("{")
        || (ENCODED.matcher(name).matches() && Files.notExists(Path.of(text)));
  }

  /** Whether it is this file, under whatever name; one that is not there is none. */
  boolean isFile(Path file) throws IOException {
    return !isVariable() && Files.exists(file) && Files.isSameFile(Path.of(text), file);
  }

  private boolean isVariable() {
    return text.startsWith(VARIABLE);
  }

  /** Reads the text. */
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
      throw new IOException("reading " + this + ": the environment has no variable of that name");
    }
    return content;
  }

  /** Reads a public key. */
  VerificationKey publicKey(Console console) throws IOException {
    return VerificationKey.parse(read(console), toString());
  }

  /** As messages name it. */
  @Override
  public String toString() {
    return "the key " + text;
  }
}
