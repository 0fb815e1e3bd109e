package dev.varve.core.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TlsKeyTest {
  private static PrivateKey parse(String pem) throws Exception {
    return TlsKey.parse(pem, "me.key");
  }

  private static String pem(String type, byte[] der) {
    return new Pem(type, der).toString();
  }

  @Test
  void rsaKeysAreReadInPkcs8AndInPkcs1() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    PrivateKey key = rsa.generateKeyPair().getPrivate();
    byte[] pkcs8 = key.getEncoded();
    assertThat(parse(pem("PRIVATE KEY", pkcs8))).isEqualTo(key);
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    assertThat(parse("some text\n" + pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(key);
  }

  @Test
  void ellipticCurveKeysAreReadInPkcs8AndInSec1() throws Exception {
    KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
    ec.initialize(new ECGenParameterSpec("secp384r1"));
    PrivateKey key = ec.generateKeyPair().getPrivate();
    assertThat(parse(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
    String sec1 = pem("EC PARAMETERS", new byte[3]) + pem("EC PRIVATE KEY", sec1(key));
    ECPrivateKey read = (ECPrivateKey) parse(sec1);
    assertThat(read.getS()).isEqualTo(((ECPrivateKey) key).getS());
    assertThat(read.getParams()).hasToString("secp384r1 [NIST P-384] (1.3.132.0.34)");
  }

  @Test
  void edwardsCurveKeysAreRead() throws Exception {
    PrivateKey key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
    assertThat(parse(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
  }

  /**
   * Returns a key in SEC 1 with the name of the curve, as OpenSSL writes a key; Java leaves the
   * name out.
   */
  private static byte[] sec1(PrivateKey key) {
    byte[] scalar = ((ECPrivateKey) key).getS().toByteArray();
    byte[] fixed = new byte[48];
    int length = Math.min(48, scalar.length);
    System.arraycopy(scalar, scalar.length - length, fixed, 48 - length, length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0x30, 3 + 50 + 9, 2, 1, 1, 4, 48});
    out.writeBytes(fixed);
    out.writeBytes(new byte[] {(byte) 0xa0, 7, 6, 5, 0x2b, (byte) 0x81, 4, 0, 0x22});
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "CERTIFICATE, expected a private key in PEM",
    "ENCRYPTED PRIVATE KEY, it is encrypted; write it without a passphrase",
    "RSA PRIVATE KEY, 'expected a private key in DER, got other bytes'",
    "EC PRIVATE KEY, 'expected a private key in DER, got other bytes'",
    "PRIVATE KEY, 'expected a key of RSA, an elliptic curve or EdDSA'",
  })
  void otherBlocksAreRefused(String type, String problem) {
    assertThatThrownBy(() -> parse(pem(type, new byte[5])))
        .hasMessage("reading me.key: " + problem);
  }

  @Test
  void theEncryptionOfOldPemFilesIsRefused() {
    assertThatThrownBy(
            () ->
                parse(
                    """
                    -----BEGIN RSA PRIVATE KEY-----
                    Proc-Type: 4,ENCRYPTED
                    DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF

                    AAAAAAAA
                    -----END RSA PRIVATE KEY-----
                    """))
        .hasMessage("reading me.key: it is encrypted; write it without a passphrase");
  }

  @Test
  void textWithoutPemOrWithBrokenPemIsRefused() {
    assertThatThrownBy(() -> parse("nothing"))
        .hasMessage("reading me.key: expected a private key in PEM");
    assertThatThrownBy(() -> parse("-----BEGIN PRIVATE KEY-----\nAAAA\n"))
        .hasMessage("reading me.key: expected a private key in PEM, got broken PEM");
  }
}
