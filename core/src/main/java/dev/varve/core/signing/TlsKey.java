package dev.varve.core.signing;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.util.io.pem.PemHeader;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.jspecify.annotations.Nullable;

/**
 * The private key of a TLS client, in PEM: PKCS #8 (RFC 5958), or the older forms of RSA (PKCS #1,
 * RFC 8017) and elliptic curves (SEC 1, RFC 5915), which are converted to PKCS #8, the only form
 * that Java reads.
 */
public final class TlsKey {
  private static final String TYPE = "PRIVATE KEY";
  private static final String ENCRYPTED = "ENCRYPTED";

  private TlsKey() {}

  /**
   * Parses the first private key of a text, which may contain other PEM blocks.
   *
   * @param name the name of the text, for messages
   * @return a key of RSA, an elliptic curve or EdDSA
   * @throws IOException if the text contains no such key, or an encrypted one
   */
  public static PrivateKey parse(String pem, String name) throws IOException {
    PemObject block = find(pem, name);
    if (isEncrypted(block)) {
      throw unreadable(name, "it is encrypted; write it without a passphrase", null);
    }
    byte[] encoded;
    try {
      encoded = pkcs8(block);
    } catch (IOException | RuntimeException e) {
      throw unreadable(name, "expected a private key in DER, got other bytes", e);
    }
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (GeneralSecurityException e) {
        // The key has another algorithm.
      }
    }
    throw unreadable(name, "expected a key of RSA, an elliptic curve or EdDSA", null);
  }

  private static PemObject find(String pem, String name) throws IOException {
    try (PemReader reader = new PemReader(new StringReader(pem))) {
      for (PemObject block = reader.readPemObject();
          block != null;
          block = reader.readPemObject()) {
        if (block.getType().endsWith(TYPE)) {
          return block;
        }
      }
    } catch (IOException | RuntimeException e) {
      throw unreadable(name, "expected a private key in PEM, got broken PEM", e);
    }
    throw unreadable(name, "expected a private key in PEM", null);
  }

  private static boolean isEncrypted(PemObject block) {
    if (block.getType().startsWith(ENCRYPTED)) {
      return true;
    }
    for (Object header : block.getHeaders()) {
      if (((PemHeader) header).getValue().contains(ENCRYPTED)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] pkcs8(PemObject block) throws IOException {
    byte[] der = block.getContent();
    return switch (block.getType()) {
      case "RSA PRIVATE KEY" ->
          new PrivateKeyInfo(
                  new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                  RSAPrivateKey.getInstance(der))
              .getEncoded();
      case "EC PRIVATE KEY" -> PrivateKeyPem.pkcs8(der).getEncoded();
      default -> der;
    };
  }

  private static IOException unreadable(String name, String problem, @Nullable Throwable cause) {
    return new IOException("reading " + name + ": " + problem, cause);
  }
}
