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
 * A private key as text: encrypted, as in {@code cosign.key}, or as other tools keep it.
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
   * Parses a text.
   *
   * @param pem the text
   * @param name what it is, for messages
   * @throws IOException if it is no private key in a form that is known
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

  /** Encrypts a key; the text is for a file that its owner alone may read. */
  public static String write(SigningKey key, String password, SecureRandom random) {
    return new Pem(ENCRYPTED, EncryptedKey.of(key.encoded(), password, random).toBytes())
        .toString();
  }

  /** Whether it takes a password to use it. */
  public boolean isEncrypted() {
    return encrypted.isPresent();
  }

  /**
   * Decrypts the key.
   *
   * @throws IllegalStateException if it is not encrypted
   * @throws WrongPasswordException if the password is wrong
   * @throws IOException if it is no key on P-256
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
   * Takes the key as it is.
   *
   * @throws IllegalStateException if it is encrypted
   * @throws IOException if it is no key on P-256
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

  /** Converts SEC 1, which OpenSSL writes for a curve, to PKCS #8. */
  static PrivateKeyInfo pkcs8(byte[] der) throws IOException {
    ECPrivateKey key = ECPrivateKey.getInstance(der);
    return new PrivateKeyInfo(
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()),
        key);
  }
}
