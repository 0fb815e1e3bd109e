package dev.varve.core.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The parsers of keys and signatures. */
public final class SigningTargets implements FuzzTargets {
  private static final Digest IMAGE = new Digest("ab".repeat(32));

  @Override
  public List<FuzzTarget> targets() throws IOException {
    ImageSignature signature =
        ImageSignature.make(new Payload("ghcr.io/owner/os", IMAGE), Keys.signing());
    String request =
        Base64.getEncoder().encodeToString(signature.logRequest(Keys.verification()).toBytes());
    LogEntry entry =
        new LogEntry(request, 1_700_000_000, 42, Keys.verification().fingerprint().hex(), "MEUC");
    JsonObject answer =
        JsonObject.EMPTY
            .with("body", request)
            .with("integratedTime", 1)
            .with("logID", "ab")
            .with("logIndex", 42)
            .with("verification", JsonObject.EMPTY.with("signedEntryTimestamp", "MEUC"));
    return List.of(
        FuzzTarget.ofText("public-key", SigningTargets::readPublicKey, keys("cosign.pub")),
        FuzzTarget.ofText(
            "private-key",
            SigningTargets::readPrivateKey,
            keys("pkcs8.key", "sec1.key", "cosign.key", "n32768.key")),
        FuzzTarget.ofText(
            "tls-key",
            bytes -> TlsKey.parse(new String(bytes, UTF_8), "it"),
            keys("pkcs8.key", "sec1.key", "rsa.key", "ed25519.key")),
        new FuzzTarget(
            "signature-payload", SigningTargets::readPayload, List.of(signature.payload())),
        new FuzzTarget(
            "signature-bundle",
            SigningTargets::readBundle,
            List.of(SignatureBundle.make(IMAGE, Keys.signing()).toBytes(Keys.verification()))),
        new FuzzTarget(
            "signature-layer",
            SigningTargets::readLayer,
            List.of(
                signature.descriptor().toJson().toBytes(),
                signature.with(entry).descriptor().toJson().toBytes())),
        new FuzzTarget(
            "log-entry",
            SigningTargets::readEntry,
            List.of(JsonObject.EMPTY.with("uuid", answer).toBytes())));
  }

  private static String[] keys(String... names) throws IOException {
    List<String> keys = new ArrayList<>();
    for (String name : names) {
      keys.add(Keys.text(name));
    }
    return keys.toArray(String[]::new);
  }

  private static void readPublicKey(byte[] pem) throws IOException {
    VerificationKey key = VerificationKey.parse(new String(pem, UTF_8), "it");
    assertThat(VerificationKey.parse(key.toPem(), "it")).isEqualTo(key);
    assertThat(key.verifies(pem, pem)).isFalse();
  }

  /** Reads a key; an encrypted one without decrypting it, which takes long by design. */
  private static void readPrivateKey(byte[] pem) throws IOException {
    PrivateKeyPem key = PrivateKeyPem.parse(new String(pem, UTF_8), "it");
    if (!key.isEncrypted()) {
      SigningKey opened = key.openUnencrypted();
      byte[] signature = opened.sign(pem);
      assertThat(opened.verificationKey().verifies(signature, pem)).isTrue();
    }
  }

  private static void readPayload(byte[] json) throws IOException {
    Payload payload = Payload.parse(json, "it");
    assertThat(Payload.parse(payload.toBytes(), "it")).isEqualTo(payload);
  }

  private static void readBundle(byte[] json) throws IOException {
    SignatureBundle bundle = SignatureBundle.parse(json);
    SignatureBundle.parse(bundle.toBytes(Keys.verification()));
    bundle.verify(IMAGE, Keys.verification());
  }

  /** Reads the descriptor of a signature, with the payload that it was made for. */
  private static void readLayer(byte[] json) throws IOException {
    byte[] payload = new Payload("ghcr.io/owner/os", IMAGE).toBytes();
    Descriptor descriptor = Descriptor.fromJson(JsonObject.parse(json, "it"));
    ImageSignature signature = ImageSignature.read(descriptor, payload);
    signature.verify(IMAGE, Keys.verification());
    signature.entry().ifPresent(entry -> assertThat(entry.toAnnotation()).isNotEmpty());
  }

  private static void readEntry(byte[] json) throws IOException {
    LogEntry entry = LogEntry.parseAnswer(JsonObject.parse(json, "it"));
    assertThat(LogEntry.parseAnnotation(entry.toAnnotation())).isEqualTo(entry);
    entry.isOf(IMAGE, json, Keys.verification());
    entry.isMadeBy(Keys.verification());
  }
}
