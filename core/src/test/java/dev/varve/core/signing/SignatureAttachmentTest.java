package dev.varve.core.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Signatures with the bytes of cosign's attachments. */
final class SignatureAttachmentTest {
  private static final Digest IMAGE = new Digest("a".repeat(64));
  private static final Payload PAYLOAD = new Payload("ghcr.io/ublue-os/bazzite", IMAGE);

  private static ImageSignature signature() throws IOException {
    return ImageSignature.make(PAYLOAD, Keys.signing());
  }

  private static Descriptor annotated(ImageSignature signature, Map<String, String> annotations) {
    return signature.descriptor().withAnnotations(annotations);
  }

  @Test
  void payloadAndConfigAreTheBytesThatCosignWrites() throws IOException {
    assertThat(new String(PAYLOAD.toBytes(), UTF_8))
        .isEqualTo(
            "{\"critical\":{\"identity\":{\"docker-reference\":\"ghcr.io/ublue-os/bazzite\"},"
                + "\"image\":{\"docker-manifest-digest\":\"sha256:"
                + "a".repeat(64)
                + "\"},\"type\":\"cosign container image signature\"},\"optional\":null}")
        .hasSize(240);
    assertThat(Digest.of(PAYLOAD.toBytes()).hex())
        .isEqualTo("a805d61f3898bb91d591005eb2f37e49b05d2e205b897856e429478b783c017c");
    byte[] config = SignatureAttachment.NONE.with(signature().descriptor()).config().toBytes();
    assertThat(config).hasSize(233);
    assertThat(Digest.of(config).hex())
        .isEqualTo("9618e7994d0e69c5a1ed0c5bb985bedceafce7d37ba705c18fb5fbd82cb40fd8");
  }

  @Test
  void theManifestHasThePayloadAsItsLayer() throws IOException {
    ImageSignature signature = signature();
    Manifest manifest = SignatureAttachment.NONE.with(signature.descriptor()).manifest();
    Descriptor layer = manifest.layers().get(0);
    assertThat(manifest.toString())
        .isEqualTo(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\","
                + "\"digest\":\"sha256:9618e7994d0e69c5a1ed0c5bb985bedceafce7d37ba705c18fb5fbd82cb40fd8\","
                + "\"size\":233},\"layers\":[{\"mediaType\":"
                + "\"application/vnd.dev.cosign.simplesigning.v1+json\","
                + "\"digest\":\"sha256:a805d61f3898bb91d591005eb2f37e49b05d2e205b897856e429478b783c017c\","
                + "\"size\":240,\"annotations\":{\"dev.cosignproject.cosign/signature\":\""
                + layer.annotations().get("dev.cosignproject.cosign/signature")
                + "\"}}]}");
    assertThat(signature.verify(IMAGE, Keys.verification())).isEqualTo(PAYLOAD);
    assertThat(SignatureAttachment.tag(IMAGE)).isEqualTo("sha256-" + "a".repeat(64) + ".sig");
  }

  @Test
  void anotherSignatureIsAppended() throws IOException {
    ImageSignature second = ImageSignature.make(PAYLOAD, SigningKey.generate(new SecureRandom()));
    SignatureAttachment first = SignatureAttachment.NONE.with(signature().descriptor());
    SignatureAttachment both = first.with(second.descriptor());
    assertThat(SignatureAttachment.signatures(both.manifest()))
        .containsExactly(signature().descriptor(), second.descriptor())
        .isEqualTo(both.manifest().layers());
    Digest payload = Digest.of(PAYLOAD.toBytes());
    assertThat(both.config().toString())
        .isEqualTo(
            new ImageConfig(
                    first
                        .config()
                        .withLayers(
                            List.of(payload, payload),
                            List.of(
                                first.config().history().get(0), first.config().history().get(0)))
                        .json())
                .toString());
    assertThat(both.config().history()).hasSize(2);
    assertThat(both.manifest().mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
  }

  @Test
  void otherLayersUnderTheTagStayAndAreNoSignatures() throws IOException {
    Descriptor other = Descriptor.of("application/x.other", new byte[] {1});
    SignatureAttachment attachment =
        SignatureAttachment.NONE.with(other).with(signature().descriptor());
    assertThat(attachment.manifest().layers()).hasSize(2);
    assertThat(SignatureAttachment.signatures(attachment.manifest()))
        .containsExactly(signature().descriptor());
  }

  @Test
  void aWrittenSignatureIsReadAgain() throws IOException {
    ImageSignature signature = signature();
    ImageSignature read = ImageSignature.read(signature.descriptor(), signature.payload());
    assertThat(read.descriptor()).isEqualTo(signature.descriptor());
    assertThat(read.verify(IMAGE, Keys.verification()).repository())
        .isEqualTo("ghcr.io/ublue-os/bazzite");
  }

  private static void assertBad(Descriptor descriptor, byte[] payload, String problem) {
    assertThatThrownBy(
            () -> ImageSignature.read(descriptor, payload).verify(IMAGE, Keys.verification()))
        .isInstanceOf(BadSignatureException.class)
        .hasMessage(problem);
  }

  private static void assertBad(String payload, String problem) throws IOException {
    byte[] bytes = payload.getBytes(UTF_8);
    String signature = Base64.getEncoder().encodeToString(Keys.signing().sign(bytes));
    assertBad(
        annotated(signature(), Map.of("dev.cosignproject.cosign/signature", signature)),
        bytes,
        problem);
  }

  @Test
  void aWrongOrMalformedSignatureIsBad() throws IOException {
    ImageSignature good = signature();
    byte[] changed = good.payload();
    changed[40] ^= 1;
    assertBad(good.descriptor(), changed, "another key made it, or it is of another payload");
    assertBad(
        ImageSignature.make(PAYLOAD, SigningKey.generate(new SecureRandom())).descriptor(),
        good.payload(),
        "another key made it, or it is of another payload");
    assertBad(
        annotated(good, Map.of()),
        good.payload(),
        "it has no annotation dev.cosignproject.cosign/signature");
    assertBad(
        annotated(good, Map.of("dev.cosignproject.cosign/signature", "*")),
        good.payload(),
        "its annotation dev.cosignproject.cosign/signature is not base64");
    Payload other = new Payload("ghcr.io/ublue-os/bazzite", new Digest("b".repeat(64)));
    assertBad(
        new String(other.toBytes(), UTF_8), "it is for another image, sha256:" + "b".repeat(64));
    String text = new String(PAYLOAD.toBytes(), UTF_8);
    assertBad(
        text.replace("cosign container", "atomic container"),
        "reading the payload: critical: expected type \"cosign container image signature\", got"
            + " \"atomic container image signature\"");
    assertBad(
        text.replace("sha256:", "sha512:"),
        "reading the payload: critical: image: expected a digest, got \"sha512:"
            + "a".repeat(64)
            + "\"");
    assertBad("no JSON", "parsing the payload: not valid JSON");
  }

  @Test
  void optionalFieldsInThePayloadAreAccepted() throws IOException {
    byte[] payload =
        new String(PAYLOAD.toBytes(), UTF_8)
            .replace("\"optional\":null", "\"optional\":{\"creator\":\"me\",\"timestamp\":1}")
            .getBytes(UTF_8);
    String signature = Base64.getEncoder().encodeToString(Keys.signing().sign(payload));
    ImageSignature read =
        ImageSignature.read(
            annotated(signature(), Map.of("dev.cosignproject.cosign/signature", signature)),
            payload);
    assertThat(read.verify(IMAGE, Keys.verification())).isEqualTo(PAYLOAD);
  }
}
