package dev.varve.core.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SignatureBundleTest {
  private static final Digest IMAGE = new Digest("a".repeat(64));
  private static final String STATEMENT =
      "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"sha256\":\""
          + "a".repeat(64)
          + "\"}}],\"predicateType\":\"https://sigstore.dev/cosign/sign/v1\",\"predicate\":{}}";

  private static byte[] bundle() throws IOException {
    return SignatureBundle.make(IMAGE, Keys.signing()).toBytes(Keys.verification());
  }

  /** Returns a bundle for any statement, signed by the expected key. */
  private static byte[] bundle(String type, String statement) throws IOException {
    byte[] signed =
        ("DSSEv1 " + type.length() + " " + type + " " + statement.length() + " " + statement)
            .getBytes(UTF_8);
    String envelope =
        "{\"dsseEnvelope\":{\"payload\":\"%s\",\"payloadType\":\"%s\",\"signatures\":[{\"sig\":\"%s\"}]}}"
            .formatted(
                base64(statement.getBytes(UTF_8)), type, base64(Keys.signing().sign(signed)));
    return envelope.getBytes(UTF_8);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  void aBundleIsAnEnvelopeWithAStatementAndAHintAtTheKey() throws IOException {
    JsonObject json = JsonObject.parse(bundle(), "bundle");
    String signature = json.object("dsseEnvelope").objects("signatures").get(0).string("sig");
    assertThat(json.toString())
        .isEqualTo(
            "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\","
                + "\"verificationMaterial\":{\"publicKey\":{\"hint\":\""
                + base64(HexFormat.of().parseHex(Keys.verification().fingerprint().hex()))
                + "\"}},\"dsseEnvelope\":{\"payload\":\""
                + base64(STATEMENT.getBytes(UTF_8))
                + "\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[{\"sig\":\""
                + signature
                + "\"}]}}");
    byte[] signed =
        ("DSSEv1 28 application/vnd.in-toto+json " + STATEMENT.length() + " " + STATEMENT)
            .getBytes(UTF_8);
    assertThat(Keys.verification().verifies(Base64.getDecoder().decode(signature), signed))
        .isTrue();
  }

  @Test
  void aSha512DigestIsNamedInTheStatement() throws Exception {
    Digest image = Digest.Algorithm.SHA512.of("x".getBytes(UTF_8));
    byte[] bytes = SignatureBundle.make(image, Keys.signing()).toBytes(Keys.verification());
    SignatureBundle.parse(bytes).verify(image, Keys.verification());
    String payload = JsonObject.parse(bytes, "bundle").object("dsseEnvelope").string("payload");
    assertThat(new String(Base64.getDecoder().decode(payload), UTF_8))
        .contains("\"subject\":[{\"digest\":{\"sha512\":\"" + image.hex() + "\"}}]");
    assertThatThrownBy(
            () ->
                SignatureBundle.parse(bytes)
                    .verify(Digest.of("x".getBytes(UTF_8)), Keys.verification()))
        .isInstanceOf(BadSignatureException.class)
        .hasMessage("it is for another image");
  }

  private static Manifest artifact(String type, Map<String, String> annotations) {
    return new Manifest(
        MediaTypes.OCI_MANIFEST,
        Optional.of(type),
        Descriptor.of(MediaTypes.OCI_EMPTY, new byte[0]),
        List.of(Descriptor.of(SignatureBundle.MEDIA_TYPE, new byte[0])),
        Optional.empty(),
        annotations);
  }

  @Test
  void theAnnotationsDistinguishSignaturesFromAttestations() {
    Map<String, String> annotations =
        SignatureBundle.annotations(Instant.parse("2025-10-11T23:30:00.5Z"));
    assertThat(annotations)
        .containsExactly(
            entry("dev.sigstore.bundle.content", "dsse-envelope"),
            entry("dev.sigstore.bundle.predicateType", "https://sigstore.dev/cosign/sign/v1"),
            entry("org.opencontainers.image.created", "2025-10-11T23:30:00Z"));
    assertThat(SignatureBundle.isSignature(artifact(SignatureBundle.MEDIA_TYPE, annotations)))
        .isTrue();
    assertThat(SignatureBundle.isSignature(artifact("application/x.other", annotations))).isFalse();
    annotations.put("dev.sigstore.bundle.predicateType", "https://slsa.dev/provenance/v1");
    assertThat(SignatureBundle.isSignature(artifact(SignatureBundle.MEDIA_TYPE, annotations)))
        .isFalse();
  }

  @Test
  void aWrittenBundleVerifies() throws IOException {
    SignatureBundle.parse(bundle()).verify(IMAGE, Keys.verification());
    SignatureBundle.parse(bundle("application/vnd.in-toto+json", STATEMENT))
        .verify(IMAGE, Keys.verification());
  }

  private static void assertBad(byte[] bundle, String problem) {
    assertThatThrownBy(() -> SignatureBundle.parse(bundle).verify(IMAGE, Keys.verification()))
        .isInstanceOf(BadSignatureException.class)
        .hasMessage(problem);
  }

  @Test
  void aWrongOrMalformedBundleIsBad() throws IOException {
    String other = "another key made it, or it is of another statement";
    SigningKey stranger = SigningKey.generate(new SecureRandom());
    assertBad(SignatureBundle.make(IMAGE, stranger).toBytes(Keys.verification()), other);
    assertBad(
        new String(bundle(), UTF_8)
            .replace("vnd.in-toto+json", "vnd.in-toto+json2")
            .getBytes(UTF_8),
        other);
    assertBad(
        SignatureBundle.make(new Digest("b".repeat(64)), Keys.signing())
            .toBytes(Keys.verification()),
        "it is for another image");
    String type = "application/vnd.in-toto+json";
    assertBad(
        bundle("text/plain", STATEMENT),
        "reading the statement: expected application/vnd.in-toto+json, got text/plain");
    assertBad(
        bundle(type, STATEMENT.replace("/Statement/v1", "/Statement/v0")),
        "reading the statement: expected https://in-toto.io/Statement/v1, got"
            + " https://in-toto.io/Statement/v0");
    assertBad(
        bundle(type, STATEMENT.replace("cosign/sign", "cosign/x")),
        "reading the statement: expected https://sigstore.dev/cosign/sign/v1, got"
            + " https://sigstore.dev/cosign/x/v1");
    assertBad(
        "{\"messageSignature\":{}}".getBytes(UTF_8),
        "reading the bundle: expected an object in \"dsseEnvelope\", which is missing");
    assertBad(
        new String(bundle(), UTF_8).replace("\"sig\":\"", "\"sig\":\"*").getBytes(UTF_8),
        "its envelope is not base64");
  }
}
