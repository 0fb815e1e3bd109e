package dev.varve.core.signing;

import java.io.IOException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.DSAKeyParameters;
import org.bouncycastle.crypto.params.ECKeyParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;

/** P-256, the only supported curve. */
final class Curve {
  static final ASN1ObjectIdentifier NAME = SECObjectIdentifiers.secp256r1;
  static final ECNamedDomainParameters DOMAIN =
      new ECNamedDomainParameters(NAME, ECNamedCurveTable.getByOID(NAME));

  private Curve() {}

  /** Checks that a key is on the curve; {@code name} is for messages. */
  static void require(AsymmetricKeyParameter key, String name) throws IOException {
    String kind = kind(key);
    if (!kind.isEmpty()) {
      throw new IOException(
          "reading " + name + ": expected an ECDSA key on the curve P-256, got " + kind);
    }
  }

  /** Describes a key of an unsupported kind; empty if the key is on the curve. */
  private static String kind(AsymmetricKeyParameter key) {
    if (key instanceof ECKeyParameters elliptic) {
      if (!(elliptic.getParameters() instanceof ECNamedDomainParameters named)) {
        return "one on a curve without a name";
      }
      return named.getName().equals(NAME)
          ? ""
          : "one on the curve " + ECNamedCurveTable.getName(named.getName());
    }
    if (key instanceof RSAKeyParameters) {
      return "an RSA key";
    }
    if (key instanceof Ed25519PublicKeyParameters || key instanceof Ed25519PrivateKeyParameters) {
      return "an Ed25519 key";
    }
    return key instanceof DSAKeyParameters ? "a DSA key" : "a key of another kind";
  }
}
