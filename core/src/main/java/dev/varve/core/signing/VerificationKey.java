package dev.varve.core.signing;

import dev.varve.core.image.Digest;
import java.io.IOException;
import java.util.Arrays;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.jspecify.annotations.Nullable;

/** A public ECDSA key on P-256, which verifies signatures. */
public final class VerificationKey {
  private static final String TYPE = "PUBLIC KEY";
  private static final String EXPECTED = "a public key (PEM block \"" + TYPE + "\")";

  private final ECPublicKeyParameters key;
  private final byte[] encoded;

  VerificationKey(ECPublicKeyParameters key) {
    this.key = key;
    try {
      this.encoded = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("a key on a named curve has an encoding", e);
    }
  }

  /**
   * Parses a public key, such as the content of {@code cosign.pub}.
   *
   * @param name the text's name, for messages
   * @throws IOException if the text is not such a key
   */
  public static VerificationKey parse(String pem, String name) throws IOException {
    Pem block = Pem.parse(pem, name, EXPECTED);
    String problem = "reading " + name + ": expected " + EXPECTED + ", got ";
    if (!block.type().equals(TYPE)) {
      throw new IOException(problem + "\"" + block.type() + "\"");
    }
    AsymmetricKeyParameter key;
    try {
      key = PublicKeyFactory.createKey(SubjectPublicKeyInfo.getInstance(block.content()));
    } catch (IOException | RuntimeException e) {
      throw new IOException(problem + "other bytes", e);
    }
    Curve.require(key, name);
    return new VerificationKey((ECPublicKeyParameters) key);
  }

  /** Returns whether {@code signature}, in DER, is this key's signature of {@code message}. */
  public boolean verifies(byte[] signature, byte[] message) {
    DSADigestSigner verifier = new DSADigestSigner(new ECDSASigner(), new SHA256Digest());
    verifier.init(false, key);
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }

  /** The digest of the encoded key, which identifies the key. */
  public Digest fingerprint() {
    return Digest.of(encoded);
  }

  /** Returns the key in PEM, for a file such as {@code cosign.pub}. */
  public String toPem() {
    return new Pem(TYPE, encoded).toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VerificationKey that && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  /** The fingerprint. */
  @Override
  public String toString() {
    return fingerprint().toString();
  }
}
