package dev.varve.core.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LogEntryTest {
  private static final SigningKey LOG = SigningKey.generate(new SecureRandom());
  private static final Digest IMAGE = new Digest("a".repeat(64));

  private static ImageSignature signature() throws IOException {
    return ImageSignature.make(new Payload("ghcr.io/owner/os", IMAGE), Keys.signing());
  }

  /** Returns the answer of a log to a request. */
  private static JsonObject answer(JsonObject request) {
    String body = Base64.getEncoder().encodeToString(request.toBytes());
    String id = LOG.verificationKey().fingerprint().hex();
    String signed =
        "{\"body\":\"%s\",\"integratedTime\":1700000000,\"logID\":\"%s\",\"logIndex\":42}"
            .formatted(body, id);
    String timestamp = Base64.getEncoder().encodeToString(LOG.sign(signed.getBytes(UTF_8)));
    JsonObject entry =
        JsonObject.EMPTY
            .with("body", body)
            .with("integratedTime", 1_700_000_000)
            .with("logID", id)
            .with("logIndex", 42)
            .with("verification", JsonObject.EMPTY.with("signedEntryTimestamp", timestamp));
    return JsonObject.EMPTY.with("uuid", entry);
  }

  private static LogEntry logged(ImageSignature signature) throws IOException {
    return LogEntry.parseAnswer(answer(signature.logRequest(Keys.verification())));
  }

  @Test
  void theRequestHasHashSignatureAndKey() throws IOException {
    ImageSignature signature = signature();
    assertThat(signature.logRequest(Keys.verification()).toString())
        .isEqualTo(
            "{\"apiVersion\":\"0.0.1\",\"kind\":\"hashedrekord\",\"spec\":{\"data\":{\"hash\":"
                + "{\"algorithm\":\"sha256\",\"value\":\""
                + Digest.of(signature.payload()).hex()
                + "\"}},\"signature\":{\"content\":\""
                + signature.descriptor().annotations().get("dev.cosignproject.cosign/signature")
                + "\",\"publicKey\":{\"content\":\""
                + Base64.getEncoder().encodeToString(Keys.text("cosign.pub").getBytes(UTF_8))
                + "\"}}}}");
  }

  @Test
  void theEntryIsWrittenAsAnAnnotationInCosignsFormat() throws IOException {
    LogEntry entry = logged(signature());
    Descriptor descriptor = signature().with(entry).descriptor();
    assertThat(descriptor.annotations().get("dev.sigstore.cosign/bundle"))
        .isEqualTo(
            "{\"SignedEntryTimestamp\":\"%s\",\"Payload\":{\"body\":\"%s\",\"integratedTime\":1700000000,\"logIndex\":42,\"logID\":\"%s\"}}"
                .formatted(entry.timestamp(), entry.body(), entry.logId()));
    ImageSignature read = ImageSignature.read(descriptor, signature().payload());
    assertThat(read.entry()).contains(entry);
    assertThat(read.verify(IMAGE, Keys.verification()).image()).isEqualTo(IMAGE);
  }

  @Test
  void onlyEntriesSignedByTheLogAreAccepted() throws IOException {
    LogEntry entry = logged(signature());
    assertThat(entry.isMadeBy(LOG.verificationKey())).isTrue();
    assertThat(entry.isMadeBy(Keys.verification())).isFalse();
    LogEntry later =
        new LogEntry(entry.body(), 1_700_000_001, 42, entry.logId(), entry.timestamp());
    assertThat(later.isMadeBy(LOG.verificationKey())).isFalse();
    LogEntry broken = new LogEntry(entry.body(), 1_700_000_000, 42, entry.logId(), "*");
    assertThat(broken.isMadeBy(LOG.verificationKey())).isFalse();
  }

  @Test
  void theEntryOfAnotherSignatureIsBad() throws IOException {
    ImageSignature other =
        ImageSignature.make(new Payload("ghcr.io/owner/other", IMAGE), Keys.signing());
    Descriptor descriptor = signature().with(logged(other)).descriptor();
    ImageSignature read = ImageSignature.read(descriptor, signature().payload());
    assertThatThrownBy(() -> read.verify(IMAGE, Keys.verification()))
        .isInstanceOf(BadSignatureException.class)
        .hasMessage("its entry in the transparency log belongs to another signature");
    LogEntry unreadable = new LogEntry("*", 1, 1, "", "");
    assertThat(unreadable.isOf(IMAGE, new byte[0], Keys.verification())).isFalse();
  }

  @Test
  void aMalformedEntryIsBad() throws IOException {
    Map<String, String> annotations = new HashMap<>(signature().descriptor().annotations());
    annotations.put("dev.sigstore.cosign/bundle", "{}");
    Descriptor descriptor = signature().descriptor().withAnnotations(annotations);
    assertThatThrownBy(() -> ImageSignature.read(descriptor, signature().payload()))
        .isInstanceOf(BadSignatureException.class)
        .hasMessage(
            "reading its entry of the log: expected an object in \"Payload\", which is missing");
  }

  @Test
  void anAnswerHasOneEntry() {
    assertThatThrownBy(() -> LogEntry.parseAnswer(JsonObject.EMPTY))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageEndingWith("expected one entry, got 0");
  }
}
