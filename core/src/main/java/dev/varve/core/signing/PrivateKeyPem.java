package dev.varve.core.signing;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/**
 * A private key in PEM: encrypted, as in {@code cosign.key}, or unencrypted, as other tools write
 * it.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">cosign:
 *     signature specification</a>
 */
public final class PrivateKeyPem {
  private static final String ENCRYPTED = "ENCRYPTED SIGSTORE PRIVATE KEY";
  private static final Set<String> ENCRYPTED_TYPES =
      Set.of(ENCRYPTED, "ENCRYPTED COSIGN PRIVATE KEY");
  private static final String PKCS8 = "PRIVATE KEY";
  private static final String SEC1 = "EC PRIVATE KEY";
  private static final String EXPECTED = "a private key (PEM block \"" + ENCRYPTED + "\")";

  private final String name;
  private final Pem block;
  private final Optional<EncryptedKey> encrypted;

  private PrivateKeyPem(String name, Pem block, Optional<EncryptedKey> encrypted) {
    this.name = name;
    this.block = block;
    this.encrypted = encrypted;
  }

  /**
   * Parses a private key.
   *
   * @param name the text's name, for messages
   * @throws IOException if the text is not a private key in a supported form
   */
  public static PrivateKeyPem parse(String pem, String name) throws IOException {
    Pem block = Pem.parse(pem, name, EXPECTED);
    if (ENCRYPTED_TYPES.contains(block.type())) {
      return new PrivateKeyPem(name, block, Optional.of(EncryptedKey.parse(block.content(), name)));
    }
    if (!block.type().equals(PKCS8) && !block.type().equals(SEC1)) {
      throw new IOException(
          "reading " + name + ": expected " + EXPECTED + ", got \"" + block.type() + "\"");
    }
    return new PrivateKeyPem(name, block, Optional.empty());
  }

  /** Encrypts a key and returns the text for a file that only its owner may read. */
  public static String write(SigningKey key, String password, SecureRandom random) {
    return new Pem(ENCRYPTED, EncryptedKey.of(key.encoded(), password, random).toBytes())
        .toString();
  }

  /** Whether the key is encrypted with a password. */
  public boolean isEncrypted() {
    return encrypted.isPresent();
  }

  /**
   * Decrypts the key.
   *
   * @throws IllegalStateException if the key is not encrypted
   * @throws WrongPasswordException if the password is wrong
   * @throws IOException if the key is not on P-256
   */
  public SigningKey open(String password) throws IOException {
    EncryptedKey key =
        encrypted.orElseThrow(() -> new IllegalStateException(name + " is not encrypted"));
    byte[] plain =
        key.open(password)
            .orElseThrow(
                () ->
                    new WrongPasswordException(
                        "decrypting " + name + ": the password is wrong, or the key is damaged"));
    return key(plain);
  }

  /**
   * Returns an unencrypted key.
   *
   * @throws IllegalStateException if the key is encrypted
   * @throws IOException if the key is not on P-256
   */
  public SigningKey openUnencrypted() throws IOException {
    if (isEncrypted()) {
      throw new IllegalStateException(name + " is encrypted");
    }
    return key(block.content());
  }

  private SigningKey key(byte[] der) throws IOException {
    AsymmetricKeyParameter key;
    try {
      key = PrivateKeyFactory.createKey(block.type().equals(SEC1) ? pkcs8(der) : info(der));
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "reading " + name + ": expected a private key in DER, got other bytes", e);
    }
    Curve.require(key, name);
    return new SigningKey((ECPrivateKeyParameters) key);
  }

  private static PrivateKeyInfo info(byte[] der) {
    return PrivateKeyInfo.getInstance(der);
  }

  /** Converts a key from SEC 1, which OpenSSL writes for elliptic curves, to PKCS #8. */
  static PrivateKeyInfo pkcs8(byte[] der) throws IOException {
    ECPrivateKey key = ECPrivateKey.getInstance(der);
    return new PrivateKeyInfo(
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()),
        key);
  }
}
