package dev.varve.core.signing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The keys that src/test/fixtures/keys/make.sh made. */
final class Keys {
  static final String PASSWORD = "pass word";

  private Keys() {}

  static String text(String name) throws IOException {
    return Files.readString(Path.of("src/test/fixtures/keys", name));
  }

  /** Returns cosign's key from the unencrypted file that openssl wrote, which is read fast. */
  static SigningKey signing() throws IOException {
    return PrivateKeyPem.parse(text("pkcs8.key"), "pkcs8.key").openUnencrypted();
  }

  static VerificationKey verification() throws IOException {
    return VerificationKey.parse(text("cosign.pub"), "cosign.pub");
  }
}
