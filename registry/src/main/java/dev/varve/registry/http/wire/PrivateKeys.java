package dev.varve.registry.http.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;


/**
 * Private keys in PEM: PKCS#8 (RFC 5958), and the older forms of RSA (PKCS#1, RFC 8017) and
 * elliptic curves (SEC 1, RFC 5915), which are wrapped in PKCS#8, the only form that Java reads.
 */
final class PrivateKeys {
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----(.*?)-----END \\1-----",
          Pattern.DOTALL);
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int PARAMETERS = 0xa0;
  private static final byte[] VERSION = {2, 1, 0};

  /** AlgorithmIdentifier of rsaEncryption, with its NULL. */
  private static final byte[] RSA = {
    0x30, 0x0d, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /** The OID of id-ecPublicKey. */
  private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private PrivateKeys() {}

  static PrivateKey read(Path file) throws IOException {
    Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      throw unreadable(file, "expected a private key in PEM", null);
    }
    if (pem.group(1).startsWith("ENCRYPTED") || pem.group(2).contains("ENCRYPTED")) {
      throw unreadable(file, "it is encrypted; write it without a passphrase", null);
    }
    byte[] encoded;
    try {
      byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
      encoded =
          switch (pem.group(1)) {
            case "RSA PRIVATE KEY" -> der(SEQUENCE, VERSION, RSA, der(OCTETS, der));
            case "EC PRIVATE KEY" ->
                der(SEQUENCE, VERSION, der(SEQUENCE, EC, curve(der)), der(OCTETS, der));
            default -> der;
          };
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw unreadable(file, "what is in it is no key", e);
    }
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (GeneralSecurityException e) {
        // Of another algorithm, then.
      }
    }
    throw unreadable(file, "expected a key of RSA, an elliptic curve or EdDSA", null);
  }

  private static IOException unreadable(Path file, String why, @Nullable Throwable cause) {
    return new IOException("reading the client's key " + file + ": " + why, cause);
  }

  /** The OID of the curve, which SEC 1 keeps in the key's optional field [0]. */
  private static byte[] curve(byte[] key) {
    int at = body(key, 0);
    while (at < key.length) {
      int from = body(key, at);
      int to = from + length(key, at);
      if ((key[at] & 0xff) == PARAMETERS) {
        return Arrays.copyOfRange(key, from, to);
      }
      at = to;
    }
    throw new IllegalArgumentException("a key that doesn't name its curve");
  }

  private static int body(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = (length << 8) | (der[at + 2 + i] & 0xff);
    }
    if (length < 0) {
      throw new IllegalArgumentException("a length past 2 GiB");
    }
    return length;
  }

  private static byte[] der(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
    out.write(tag);
    if (length >= 0x100) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
