package dev.varve.cli.option;

import dev.varve.cli.terminal.Console;
import dev.varve.core.signing.PrivateKeyPem;
import dev.varve.core.signing.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for a private key. */
@InGroup(HelpGroup.SIGNING)
public final class PrivateKeyOptions {
  @InGroup(HelpGroup.MAIN)
  @Option(
      names = "--key",
      paramLabel = "FILE|env://NAME",
      description =
          "The private key, from varve generate-key-pair or cosign. Its password "
              + "comes from $$COSIGN_PASSWORD, the terminal or the standard input.")
  private @Nullable String key;

  @Option(
      names = "--allow-unencrypted-key",
      description =
          "Accept a private key without a password as well (PKCS #8 or SEC 1, in " + "PEM).")
  private boolean unencrypted;

  boolean given() {
    return key != null;
  }

  /** Returns whether the key is in this file, by any of its names. */
  public boolean isFile(Path file) throws IOException {
    return key != null && new KeyPlace(key).isFile(file);
  }

  /**
   * Reads the key and decrypts it.
   *
   * @param mask receives the key and its password, to hide them in output
   * @throws IllegalArgumentException if no key is given
   */
  public SigningKey open(Console console, Consumer<String> mask) throws IOException {
    if (key == null) {
      throw new IllegalArgumentException(
          "--key FILE or env://NAME is missing; varve generate-key-pair generates a key");
    }
    KeyPlace place = new KeyPlace(key);
    String text = place.read(console);
    text.lines().filter(line -> !line.startsWith("-----")).forEach(mask);
    PrivateKeyPem pem = PrivateKeyPem.parse(text, place.toString());
    if (pem.isEncrypted()) {
      return new KeyPassword(console, mask).open(pem, place);
    }
    if (!unencrypted) {
      throw new IOException(
          "reading "
              + place
              + ": expected a key with a password, got one without, which everybody with access to it"
              + " can use; --allow-unencrypted-key accepts it");
    }
    return pem.openUnencrypted();
  }
}
