package dev.varve.core.signing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.crypto.generators.SCrypt;

/** A private key encrypted with a password as cosign does it: by scrypt and NaCl's secretbox. */
final class EncryptedKey {
  /** The values of scrypt's N that cosign has used; a larger one could keep a reader busy. */
  private static final Set<Long> ACCEPTED = Set.of(32768L, 65536L, 131072L);

  private static final int ROUNDS = 65536;
  private static final int BLOCK = 8;
  private static final int PARALLEL = 1;
  private static final int SALT = 32;
  private static final String DERIVATION = "scrypt";
  private static final String CIPHER = "nacl/secretbox";

  private final int rounds;
  private final byte[] salt;
  private final byte[] nonce;
  private final byte[] sealed;

  private EncryptedKey(int rounds, byte[] salt, byte[] nonce, byte[] sealed) {
    this.rounds = rounds;
    this.salt = salt;
    this.nonce = nonce;
    this.sealed = sealed;
  }

  /** Encrypts a key. */
  static EncryptedKey of(byte[] plain, String password, SecureRandom random) {
    byte[] salt = new byte[SALT];
    byte[] nonce = new byte[SecretBox.NONCE];
    random.nextBytes(salt);
    random.nextBytes(nonce);
    return new EncryptedKey(
        ROUNDS, salt, nonce, SecretBox.seal(derive(password, salt, ROUNDS), nonce, plain));
  }

  /** Parses the content of the PEM block; {@code name} is for messages. */
  static EncryptedKey parse(byte[] content, String name) throws IOException {
    JsonObject json = JsonObject.parse(content, name);
    JsonObject derivation = json.object("kdf");
    JsonObject parameters = derivation.object("params");
    JsonObject cipher = json.object("cipher");
    require(derivation, derivation.string("name"), DERIVATION);
    require(cipher, cipher.string("name"), CIPHER);
    long rounds = parameters.number("N");
    if (!ACCEPTED.contains(rounds)
        || parameters.number("r") != BLOCK
        || parameters.number("p") != PARALLEL) {
      throw parameters.malformed(
          "expected scrypt with N of 32768, 65536 or 131072, r=8 and p=1, got " + parameters);
    }
    byte[] nonce = bytes(cipher, "nonce");
    if (nonce.length != SecretBox.NONCE) {
      throw cipher.malformed("expected a nonce of 24 bytes, got " + nonce.length);
    }
    return new EncryptedKey(
        (int) rounds, bytes(derivation, "salt"), nonce, bytes(json, "ciphertext"));
  }

  private static void require(JsonObject json, String got, String expected) throws IOException {
    if (!got.equals(expected)) {
      throw json.malformed("expected " + expected + ", got " + got);
    }
  }

  private static byte[] bytes(JsonObject json, String name) throws IOException {
    try {
      return Base64.getDecoder().decode(json.string(name));
    } catch (IllegalArgumentException e) {
      throw json.malformed("expected base64 in \"" + name + "\"");
    }
  }

  /** Decrypts the key; empty if the password is wrong. */
  Optional<byte[]> open(String password) {
    return SecretBox.open(derive(password, salt, rounds), nonce, sealed);
  }

  private static byte[] derive(String password, byte[] salt, int rounds) {
    return SCrypt.generate(password.getBytes(UTF_8), salt, rounds, BLOCK, PARALLEL, SecretBox.KEY);
  }

  /** Returns the content of the PEM block. */
  byte[] toBytes() {
    JsonObject parameters = JsonObject.EMPTY.with("N", rounds).with("r", BLOCK).with("p", PARALLEL);
    JsonObject derivation =
        JsonObject.EMPTY
            .with("name", DERIVATION)
            .with("params", parameters)
            .with("salt", Base64.getEncoder().encodeToString(salt));
    JsonObject cipher =
        JsonObject.EMPTY
            .with("name", CIPHER)
            .with("nonce", Base64.getEncoder().encodeToString(nonce));
    return JsonObject.EMPTY
        .with("kdf", derivation)
        .with("cipher", cipher)
        .with("ciphertext", Base64.getEncoder().encodeToString(sealed))
        .toBytes();
  }
}
