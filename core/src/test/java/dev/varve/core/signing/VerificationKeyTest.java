package dev.varve.core.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerificationKeyTest {
  private static final byte[] MESSAGE = "a message".getBytes(UTF_8);

  @Test
  void aKeyIsWrittenAsItWasRead() throws IOException {
    assertThat(Keys.verification().toPem()).isEqualTo(Keys.text("cosign.pub"));
    assertThat(Keys.signing().verificationKey().toPem()).isEqualTo(Keys.text("cosign.pub"));
  }

  @Test
  void theSameBytesHaveTheSameSignature() throws IOException {
    assertThat(Keys.signing().sign(MESSAGE)).isEqualTo(Keys.signing().sign(MESSAGE));
  }

  @Test
  void theJdkVerifiesSignatures() throws Exception {
    SigningKey key = SigningKey.generate(new SecureRandom());
    byte[] encoded = Pem.parse(key.verificationKey().toPem(), "", "").content();
    PublicKey java = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initVerify(java);
    signature.update(MESSAGE);
    assertThat(signature.verify(key.sign(MESSAGE))).isTrue();
  }

  @Test
  void onlyTheSignatureOfTheseBytesByThisKeyVerifies() throws IOException {
    byte[] signature = Keys.signing().sign(MESSAGE);
    assertThat(Keys.verification().verifies(signature, MESSAGE)).isTrue();
    assertThat(Keys.verification().verifies(signature, "b message".getBytes(UTF_8))).isFalse();
    assertThat(Keys.verification().verifies(new byte[0], MESSAGE)).isFalse();
    assertThat(Keys.verification().verifies(MESSAGE, MESSAGE)).isFalse();
    SigningKey other = SigningKey.generate(new SecureRandom());
    assertThat(Keys.verification().verifies(other.sign(MESSAGE), MESSAGE)).isFalse();
    for (int i = 0; i < signature.length; i++) {
      byte[] changed = signature.clone();
      changed[i] ^= 1;
      assertThat(Keys.verification().verifies(changed, MESSAGE)).as("byte %d", i).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "p384.pub|an ECDSA key on the curve P-256, got one on the curve secp384r1",
        "rsa.pub|an ECDSA key on the curve P-256, got an RSA key",
        "ed25519.pub|an ECDSA key on the curve P-256, got an Ed25519 key",
        "cosign.key|a public key (PEM block \"PUBLIC KEY\"), got \"ENCRYPTED SIGSTORE PRIVATE KEY\"",
        "make.sh|a public key (PEM block \"PUBLIC KEY\"), got no PEM",
      })
  void otherKeysAreRefusedByName(String file, String problem) {
    assertThatThrownBy(() -> VerificationKey.parse(Keys.text(file), file))
        .isInstanceOf(IOException.class)
        .hasMessage("reading " + file + ": expected " + problem);
  }

  @Test
  void aBlockWithOtherBytesIsRefused() {
    String text = new Pem("PUBLIC KEY", MESSAGE).toString();
    assertThatThrownBy(() -> VerificationKey.parse(text, "k"))
        .isInstanceOf(IOException.class)
        .hasMessage("reading k: expected a public key (PEM block \"PUBLIC KEY\"), got other bytes");
  }
}
