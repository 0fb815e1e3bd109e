package dev.varve.core.signing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A signature in a Sigstore bundle: a statement about the image's digest, in a signed envelope. The
 * bundle is attached as an artifact whose subject is the image.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md">cosign: bundle
 *     specification</a>
 * @see <a href="https://github.com/secure-systems-lab/dsse/blob/master/protocol.md">DSSE:
 *     protocol</a>
 */
public final class SignatureBundle {
  /** The artifact type, and the media type of the bundle in the artifact. */
  public static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  /** The largest accepted bundle, in bytes; bundles with certificates have some thousand. */
  public static final int MAX_BYTES = 8 << 20;

  /** The prefix of the media type in all versions of the format. */
  private static final String ANY_VERSION = "application/vnd.dev.sigstore.bundle";

  private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
  private static final String STATEMENT = "https://in-toto.io/Statement/v1";
  private static final String PREDICATE = "https://sigstore.dev/cosign/sign/v1";
  private static final String PREDICATE_ANNOTATION = "dev.sigstore.bundle.predicateType";

  private final byte[] payload;
  private final String payloadType;
  private final List<byte[]> signatures;

  private SignatureBundle(byte[] payload, String payloadType, List<byte[]> signatures) {
    this.payload = payload;
    this.payloadType = payloadType;
    this.signatures = List.copyOf(signatures);
  }

  /** Signs an image. */
  public static SignatureBundle make(Digest image, SigningKey key) {
    JsonObject subject =
        JsonObject.EMPTY.with(
            "digest", JsonObject.EMPTY.with(image.algorithm().title(), image.hex()));
    byte[] statement =
        JsonObject.EMPTY
            .with("_type", STATEMENT)
            .with("subject", List.of(subject))
            .with("predicateType", PREDICATE)
            .with("predicate", JsonObject.EMPTY)
            .toBytes();
    return new SignatureBundle(
        statement, PAYLOAD_TYPE, List.of(key.sign(signed(PAYLOAD_TYPE, statement))));
  }

  /** Returns whether a media type or artifact type is that of a bundle of any version. */
  public static boolean isBundle(String type) {
    return type.startsWith(ANY_VERSION);
  }

  /** Returns whether an artifact is a bundle of any version with any statement. */
  public static boolean isBundle(Manifest artifact) {
    return isBundle(artifact.effectiveArtifactType())
        || artifact.layers().stream().limit(1).anyMatch(layer -> isBundle(layer.mediaType()));
  }

  /**
   * Returns whether an artifact is a bundle that signs an image, as opposed to another attestation.
   */
  public static boolean isSignature(Manifest artifact) {
    return artifact.effectiveArtifactType().equals(MEDIA_TYPE)
        && artifact.layers().size() == 1
        && artifact.annotations().getOrDefault(PREDICATE_ANNOTATION, PREDICATE).equals(PREDICATE);
  }

  /**
   * Parses a bundle.
   *
   * @throws BadSignatureException if the bytes are not a bundle with an envelope
   */
  public static SignatureBundle parse(byte[] bytes) throws BadSignatureException {
    try {
      JsonObject envelope = JsonObject.parse(bytes, "the bundle").object("dsseEnvelope");
      List<byte[]> signatures = new ArrayList<>();
      for (JsonObject each : envelope.objects("signatures")) {
        signatures.add(Base64.getDecoder().decode(each.string("sig")));
      }
      return new SignatureBundle(
          Base64.getDecoder().decode(envelope.string("payload")),
          envelope.string("payloadType"),
          signatures);
    } catch (MalformedJsonException e) {
      throw new BadSignatureException(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new BadSignatureException("its envelope is not base64");
    }
  }

  /** Returns the bundle's JSON; {@code key} is named in it as a hint. */
  public byte[] toBytes(VerificationKey key) {
    Base64.Encoder base64 = Base64.getEncoder();
    JsonObject hint =
        JsonObject.EMPTY.with(
            "hint", base64.encodeToString(HexFormat.of().parseHex(key.fingerprint().hex())));
    JsonObject envelope =
        JsonObject.EMPTY
            .with("payload", base64.encodeToString(payload))
            .with("payloadType", payloadType)
            .with(
                "signatures",
                signatures.stream()
                    .map(each -> JsonObject.EMPTY.with("sig", base64.encodeToString(each)))
                    .toList());
    return JsonObject.EMPTY
        .with("mediaType", MEDIA_TYPE)
        .with("verificationMaterial", JsonObject.EMPTY.with("publicKey", hint))
        .with("dsseEnvelope", envelope)
        .toBytes();
  }

  /** Returns the annotations of the artifact that attaches a bundle. */
  public static Map<String, String> annotations(Instant created) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put("dev.sigstore.bundle.content", "dsse-envelope");
    annotations.put(PREDICATE_ANNOTATION, PREDICATE);
    annotations.put(
        "org.opencontainers.image.created", created.truncatedTo(ChronoUnit.SECONDS).toString());
    return annotations;
  }

  /**
   * Verifies that the key signed the statement and that the statement is about this image.
   *
   * @throws BadSignatureException if the bundle doesn't verify
   */
  public void verify(Digest image, VerificationKey key) throws BadSignatureException {
    byte[] signed = signed(payloadType, payload);
    if (signatures.stream().noneMatch(signature -> key.verifies(signature, signed))) {
      throw new BadSignatureException("another key made it, or it is of another statement");
    }
    try {
      JsonObject statement = JsonObject.parse(payload, "the statement");
      require(statement, payloadType, PAYLOAD_TYPE);
      require(statement, statement.string("_type"), STATEMENT);
      require(statement, statement.string("predicateType"), PREDICATE);
      for (JsonObject subject : statement.objects("subject")) {
        Optional<String> digest =
            subject.object("digest").optionalString(image.algorithm().title());
        if (digest.equals(Optional.of(image.hex()))) {
          return;
        }
      }
    } catch (MalformedJsonException e) {
      throw new BadSignatureException(String.valueOf(e.getMessage()));
    }
    throw new BadSignatureException("it is for another image");
  }

  private static void require(JsonObject statement, String got, String expected)
      throws MalformedJsonException {
    if (!got.equals(expected)) {
      throw statement.malformed("expected " + expected + ", got " + got);
    }
  }

  /** Returns an envelope's signed bytes: DSSE's "pre-authentication encoding". */
  private static byte[] signed(String type, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        "DSSEv1 %d %s %d "
            .formatted(type.getBytes(UTF_8).length, type, payload.length)
            .getBytes(UTF_8));
    out.writeBytes(payload);
    return out.toByteArray();
  }
}
