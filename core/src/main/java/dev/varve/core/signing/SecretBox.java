package dev.varve.core.signing;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * NaCl's secretbox: encryption by XSalsa20 and authentication by Poly1305, whose key is the first
 * 32 bytes of the key stream. The tag precedes the encrypted bytes.
 *
 * @see <a href="https://nacl.cr.yp.to/secretbox.html">NaCl: secret-key authenticated encryption</a>
 */
final class SecretBox {
  /** The length of a key in bytes. */
  static final int KEY = 32;

  /** The length of a nonce in bytes. */
  static final int NONCE = 24;

  private static final int TAG = 16;

  private final XSalsa20Engine stream = new XSalsa20Engine();
  private final Poly1305 authenticator = new Poly1305();

  private SecretBox(byte[] key, byte[] nonce) {
    stream.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
    authenticator.init(new KeyParameter(apply(new byte[KEY])));
  }

  /** Encrypts and authenticates bytes. */
  static byte[] seal(byte[] key, byte[] nonce, byte[] plain) {
    SecretBox box = new SecretBox(key, nonce);
    byte[] encrypted = box.apply(plain);
    byte[] sealed = Arrays.copyOf(box.tag(encrypted), TAG + encrypted.length);
    System.arraycopy(encrypted, 0, sealed, TAG, encrypted.length);
    return sealed;
  }

  /** Decrypts bytes; empty if the key is wrong or the bytes were changed. */
  static Optional<byte[]> open(byte[] key, byte[] nonce, byte[] sealed) {
    if (sealed.length < TAG) {
      return Optional.empty();
    }
    SecretBox box = new SecretBox(key, nonce);
    byte[] encrypted = Arrays.copyOfRange(sealed, TAG, sealed.length);
    byte[] tag = Arrays.copyOf(sealed, TAG);
    return MessageDigest.isEqual(tag, box.tag(encrypted))
        ? Optional.of(box.apply(encrypted))
        : Optional.empty();
  }

  private byte[] apply(byte[] bytes) {
    byte[] result = new byte[bytes.length];
    stream.processBytes(bytes, 0, bytes.length, result, 0);
    return result;
  }

  private byte[] tag(byte[] encrypted) {
    byte[] tag = new byte[TAG];
    authenticator.update(encrypted, 0, encrypted.length);
    authenticator.doFinal(tag, 0);
    return tag;
  }
}
