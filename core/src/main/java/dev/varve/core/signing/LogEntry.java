package dev.varve.core.signing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

/**
 * An entry in a public, append-only transparency log, which records a signature.
 *
 * @param body the recorded document, in base64
 * @param integratedTime the time at which the log added the entry, in seconds since the epoch
 * @param logIndex the entry's number in the log
 * @param logId the fingerprint of the log's key, in hexadecimal
 * @param timestamp the log's signature over all other components, in base64
 * @see <a href="https://github.com/sigstore/rekor/blob/main/openapi.yaml">Rekor: API</a>
 */
public record LogEntry(
    String body, long integratedTime, long logIndex, String logId, String timestamp) {
  private static final String KIND = "hashedrekord";

  /** Returns the request that adds a signature to a log. */
  static JsonObject request(Digest payload, byte[] signature, VerificationKey key) {
    Base64.Encoder base64 = Base64.getEncoder();
    JsonObject hash = JsonObject.EMPTY.with("algorithm", "sha256").with("value", payload.hex());
    JsonObject signed =
        JsonObject.EMPTY
            .with("content", base64.encodeToString(signature))
            .with(
                "publicKey",
                JsonObject.EMPTY.with(
                    "content", base64.encodeToString(key.toPem().getBytes(UTF_8))));
    return JsonObject.EMPTY
        .with("apiVersion", "0.0.1")
        .with("kind", KIND)
        .with(
            "spec",
            JsonObject.EMPTY
                .with("data", JsonObject.EMPTY.with("hash", hash))
                .with("signature", signed));
  }

  /** Parses a log's response: an object with one entry, under a name that the log chose. */
  public static LogEntry parseAnswer(JsonObject answer) throws MalformedJsonException {
    if (answer.names().size() != 1) {
      throw answer.malformed("expected one entry, got " + answer.names().size());
    }
    JsonObject entry = answer.object(answer.names().get(0));
    return of(entry, entry.object("verification").string("signedEntryTimestamp"));
  }

  /** Parses the annotation of a signature. */
  static LogEntry parseAnnotation(String annotation) throws MalformedJsonException {
    JsonObject json = JsonObject.parse(LosslessUtf8.encode(annotation), "its entry of the log");
    return of(json.object("Payload"), json.string("SignedEntryTimestamp"));
  }

  private static LogEntry of(JsonObject entry, String timestamp) throws MalformedJsonException {
    return new LogEntry(
        entry.string("body"),
        entry.number("integratedTime"),
        entry.number("logIndex"),
        entry.string("logID"),
        timestamp);
  }

  /** Returns the annotation of a signature. */
  String toAnnotation() {
    JsonObject payload =
        JsonObject.EMPTY
            .with("body", body)
            .with("integratedTime", integratedTime)
            .with("logIndex", logIndex)
            .with("logID", logId);
    return JsonObject.EMPTY
        .with("SignedEntryTimestamp", timestamp)
        .with("Payload", payload)
        .toString();
  }

  /** Returns whether the entry records this signature of this payload by this key. */
  boolean isOf(Digest payload, byte[] signature, VerificationKey key) {
    try {
      JsonObject document = JsonObject.parse(Base64.getDecoder().decode(body), "the entry's body");
      JsonObject spec = document.object("spec");
      JsonObject hash = spec.object("data").object("hash");
      JsonObject signed = spec.object("signature");
      byte[] pem = Base64.getDecoder().decode(signed.object("publicKey").string("content"));
      return document.string("kind").equals(KIND)
          && hash.string("algorithm").equals("sha256")
          && hash.string("value").equals(payload.hex())
          && Arrays.equals(Base64.getDecoder().decode(signed.string("content")), signature)
          && VerificationKey.parse(new String(pem, UTF_8), "the entry's key").equals(key);
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns whether the owner of a log's key signed the entry. */
  public boolean isMadeBy(VerificationKey log) {
    // Canonical JSON (RFC 8785): names in the order of their characters.
    JsonObject signed =
        JsonObject.EMPTY
            .with("body", body)
            .with("integratedTime", integratedTime)
            .with("logID", logId)
            .with("logIndex", logIndex);
    try {
      return log.fingerprint().hex().equals(logId)
          && log.verifies(Base64.getDecoder().decode(timestamp), signed.toBytes());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
