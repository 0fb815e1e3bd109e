package dev.varve.core.signing;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** A private ECDSA key on P-256. Thread-safe. */
public final class SigningKey {
  private final ECPrivateKeyParameters key;
  private final VerificationKey verification;

  SigningKey(ECPrivateKeyParameters key) {
    this.key = key;
    this.verification =
        new VerificationKey(
            new ECPublicKeyParameters(
                new FixedPointCombMultiplier().multiply(Curve.DOMAIN.getG(), key.getD()),
                Curve.DOMAIN));
  }

  /** Generates a new key. */
  public static SigningKey generate(SecureRandom random) {
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(new ECKeyGenerationParameters(Curve.DOMAIN, random));
    return new SigningKey((ECPrivateKeyParameters) generator.generateKeyPair().getPrivate());
  }

  /**
   * Signs bytes.
   *
   * @return the signature in DER; deterministic (RFC 6979)
   */
  public byte[] sign(byte[] message) {
    SHA256Digest hash = new SHA256Digest();
    DSADigestSigner signer =
        new DSADigestSigner(new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest())), hash);
    signer.init(true, key);
    signer.update(message, 0, message.length);
    return signer.generateSignature();
  }

  /** The public key, which verifies this key's signatures. */
  public VerificationKey verificationKey() {
    return verification;
  }

  /** Encodes the key as PKCS #8 in DER. */
  byte[] encoded() {
    try {
      return PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("a key on a named curve has an encoding", e);
    }
  }

  /** The public key's fingerprint. */
  @Override
  public String toString() {
    return verification.toString();
  }
}
