package dev.varve.core.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PrivateKeyPemTest {
  private static PrivateKeyPem pem(String file) throws IOException {
    return PrivateKeyPem.parse(Keys.text(file), file);
  }

  /** Returns a PEM block that contains a text. */
  private static String block(String type, String content) {
    return new Pem(type, content.getBytes(UTF_8)).toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cosign.key", "n32768.key", "n131072.key"})
  void keysOfOldAndNewVersionsOfCosignAreRead(String file) throws IOException {
    PrivateKeyPem pem = pem(file);
    assertThat(pem.isEncrypted()).isTrue();
    assertThat(pem.open(Keys.PASSWORD).verificationKey()).isEqualTo(Keys.verification());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pkcs8.key", "sec1.key"})
  void keysWithoutPasswordAreReadOnRequest(String file) throws IOException {
    PrivateKeyPem pem = pem(file);
    assertThat(pem.isEncrypted()).isFalse();
    assertThat(pem.openUnencrypted().verificationKey()).isEqualTo(Keys.verification());
    assertThatThrownBy(() -> pem.open("")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> pem("cosign.key").openUnencrypted())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anotherPasswordIsRefused() {
    for (String wrong : new String[] {"", "pass word\n", "Pass word"}) {
      assertThatThrownBy(() -> pem("cosign.key").open(wrong))
          .isInstanceOf(WrongPasswordException.class)
          .hasMessage("decrypting cosign.key: the password is wrong, or the key is damaged");
    }
  }

  @Test
  void aWrittenKeyIsReadAgain() throws IOException {
    SigningKey key = SigningKey.generate(new SecureRandom());
    String pem = PrivateKeyPem.write(key, "", new SecureRandom());
    assertThat(pem.lines().findFirst()).contains("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----");
    assertThat(pem).endsWith("\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n");
    assertThat(pem.lines().filter(line -> !line.startsWith("-")))
        .allMatch(line -> line.length() <= 64);
    assertThat(PrivateKeyPem.parse(pem, "new").open("").verificationKey())
        .isEqualTo(key.verificationKey());
  }

  @Test
  void aWrittenKeyHasTheFieldsOfCosignInTheSameOrder() throws IOException {
    String pem = PrivateKeyPem.write(Keys.signing(), "x", new SecureRandom());
    String json = new String(Pem.parse(pem, "new", "").content(), UTF_8);
    assertThat(json.replaceAll("\"[A-Za-z0-9+/=]{30,}\"", "\"…\""))
        .isEqualTo(
            "{\"kdf\":{\"name\":\"scrypt\",\"params\":{\"N\":65536,\"r\":8,\"p\":1},\"salt\":\"…\"},"
                + "\"cipher\":{\"name\":\"nacl/secretbox\",\"nonce\":\"…\"},\"ciphertext\":\"…\"}");
    JsonObject written = JsonObject.parse(json.getBytes(UTF_8), "new");
    assertThat(Base64.getDecoder().decode(written.object("kdf").string("salt"))).hasSize(32);
    assertThat(Base64.getDecoder().decode(written.object("cipher").string("nonce"))).hasSize(24);
  }

  @Test
  void windowsLineEndsAndTextAroundThePemAreAccepted() throws IOException {
    String text = "# the key\n" + Keys.text("pkcs8.key").replace("\n", "\r\n") + "\r\n\r\n";
    assertThat(PrivateKeyPem.parse(text, "k").openUnencrypted().verificationKey())
        .isEqualTo(Keys.verification());
    assertThat(PrivateKeyPem.parse(text.strip(), "k").isEncrypted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "p384.key|one on the curve secp384r1",
        "rsa.key|an RSA key",
        "ed25519.key|an Ed25519 key"
      })
  void keysOfOtherKindsAreRefusedByName(String file, String kind) {
    assertThatThrownBy(() -> pem(file).openUnencrypted())
        .hasMessage("reading " + file + ": expected an ECDSA key on the curve P-256, got " + kind);
  }

  private static final String ONE_LINE =
      "PEM without its line breaks, which an unquoted shell variable or a secret pasted as one"
          + " line loses; keep the line breaks of the file";

  @Test
  void otherTextThanAPrivateKeyIsNamedAndRefused() throws IOException {
    String expected =
        "reading k: expected a private key (PEM block \"ENCRYPTED SIGSTORE PRIVATE KEY\"), got ";
    String[][] texts = {
      {"", "nothing"},
      {" \n", "nothing"},
      {"secret", "no PEM"},
      {Keys.text("cosign.pub"), "\"PUBLIC KEY\""},
      {"-----BEGIN X-----\nAAAA\n", "broken PEM"},
      {"-----BEGIN X-----\nA*A\n-----END X-----\n", "broken PEM"},
      {"-----BEGIN X----- AAAA -----END X-----", ONE_LINE},
      {"-----BEGIN X-----\\nAAAA\\n-----END X-----\\n", ONE_LINE},
    };
    for (String[] each : texts) {
      assertThatThrownBy(() -> PrivateKeyPem.parse(each[0], "k"))
          .isInstanceOf(IOException.class)
          .hasMessage(expected + each[1]);
    }
    assertThatThrownBy(() -> pem("no-key.key").open(Keys.PASSWORD))
        .hasMessage("reading no-key.key: expected a private key in DER, got other bytes");
  }

  @Test
  void otherEncryptionParametersAreRefused() throws IOException {
    assertThatThrownBy(() -> pem("n16384.key"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage(
            "reading n16384.key: kdf: params: expected scrypt with N of 32768, 65536 or 131072, r=8"
                + " and p=1, got {\"N\":16384,\"r\":8,\"p\":1}");
    String good = new String(Pem.parse(Keys.text("cosign.key"), "cosign.key", "").content(), UTF_8);
    String[][] changes = {
      {"\"r\":8", "\"r\":9", "kdf: params: expected scrypt with N of 32768, 65536 or 131072, r=8"},
      {"\"p\":1", "\"p\":2", "kdf: params: expected scrypt with N of 32768, 65536 or 131072, r=8"},
      {"scrypt", "bcrypt", "kdf: expected scrypt, got bcrypt"},
      {"secretbox", "box", "cipher: expected nacl/secretbox, got nacl/box"},
      {"\"nonce\":\"", "\"nonce\":\"AAAA", "cipher: expected a nonce of 24 bytes, got 27"},
      {"\"salt\":\"", "\"salt\":\"*", "kdf: expected base64 in \"salt\""},
      {"ciphertext", "text", "expected a string in \"ciphertext\", which is missing"},
    };
    for (String[] change : changes) {
      String text = block("ENCRYPTED SIGSTORE PRIVATE KEY", good.replace(change[0], change[1]));
      assertThatThrownBy(() -> PrivateKeyPem.parse(text, "k"))
          .isInstanceOf(MalformedJsonException.class)
          .hasMessageStartingWith("reading k: " + change[2]);
    }
    assertThatThrownBy(
            () -> PrivateKeyPem.parse(block("ENCRYPTED COSIGN PRIVATE KEY", "secret"), "k"))
        .hasMessageStartingWith("parsing k: ");
  }

  @Test
  void aTooShortCiphertextIsRefused() throws IOException {
    String text =
        new String(Pem.parse(Keys.text("n32768.key"), "n32768.key", "").content(), UTF_8)
            .replaceAll("\"ciphertext\":\"[^\"]*", "\"ciphertext\":\"AAAA");
    PrivateKeyPem pem =
        PrivateKeyPem.parse(block("ENCRYPTED SIGSTORE PRIVATE KEY", text), "short.key");
    assertThatThrownBy(() -> pem.open(Keys.PASSWORD)).isInstanceOf(WrongPasswordException.class);
  }
}
