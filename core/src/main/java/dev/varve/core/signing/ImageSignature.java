package dev.varve.core.signing;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A signature of an image by a key, in the form that is attached to the image under a tag. It may
 * have an entry in the transparency log.
 */
public final class ImageSignature {
  private static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";
  private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
  private static final String LOG_ENTRY = "dev.sigstore.cosign/bundle";

  private final byte[] payload;
  private final byte[] signature;
  private final Optional<LogEntry> entry;

  private ImageSignature(byte[] payload, byte[] signature, Optional<LogEntry> entry) {
    this.payload = payload;
    this.signature = signature;
    this.entry = entry;
  }

  /** Signs a payload. */
  public static ImageSignature make(Payload payload, SigningKey key) {
    byte[] bytes = payload.toBytes();
    return new ImageSignature(bytes, key.sign(bytes), Optional.empty());
  }

  /**
   * Reads a signature.
   *
   * @param descriptor the payload's descriptor, with the signature in its annotations
   * @param payload the signed bytes
   * @throws BadSignatureException if the annotations have no well-formed signature
   */
  public static ImageSignature read(Descriptor descriptor, byte[] payload)
      throws BadSignatureException {
    String signature = descriptor.annotations().get(SIGNATURE);
    if (signature == null) {
      throw new BadSignatureException("it has no annotation " + SIGNATURE);
    }
    String entry = descriptor.annotations().get(LOG_ENTRY);
    try {
      return new ImageSignature(
          payload,
          Base64.getDecoder().decode(signature),
          entry == null ? Optional.empty() : Optional.of(LogEntry.parseAnnotation(entry)));
    } catch (IllegalArgumentException e) {
      throw new BadSignatureException("its annotation " + SIGNATURE + " is not base64");
    } catch (MalformedJsonException e) {
      throw new BadSignatureException(String.valueOf(e.getMessage()));
    }
  }

  static boolean isSignature(Descriptor layer) {
    return layer.mediaType().equals(MEDIA_TYPE);
  }

  /** Returns a copy with an entry in the transparency log. */
  public ImageSignature with(LogEntry logged) {
    return new ImageSignature(payload, signature, Optional.of(logged));
  }

  /** The signature's entry in the transparency log, if it has one. */
  public Optional<LogEntry> entry() {
    return entry;
  }

  /** The signed bytes. */
  public byte[] payload() {
    return payload.clone();
  }

  /** The payload's descriptor, with the signature in its annotations. */
  public Descriptor descriptor() {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(SIGNATURE, Base64.getEncoder().encodeToString(signature));
    entry.ifPresent(logged -> annotations.put(LOG_ENTRY, logged.toAnnotation()));
    return Descriptor.of(MEDIA_TYPE, payload).withAnnotations(annotations);
  }

  /** Returns the request that adds the signature to the transparency log. */
  public JsonObject logRequest(VerificationKey key) {
    return LogEntry.request(Digest.of(payload), signature, key);
  }

  /**
   * Verifies that the key made the signature, that it signs this image, and that its log entry, if
   * any, belongs to this signature. {@link LogEntry#isMadeBy} verifies that the log made the entry.
   *
   * @return the signed payload
   * @throws BadSignatureException if the signature doesn't verify
   */
  public Payload verify(Digest image, VerificationKey key) throws BadSignatureException {
    if (!key.verifies(signature, payload)) {
      throw new BadSignatureException("another key made it, or it is of another payload");
    }
    Payload signed;
    try {
      signed = Payload.parse(payload, "the payload");
    } catch (MalformedJsonException e) {
      throw new BadSignatureException(String.valueOf(e.getMessage()));
    }
    if (!signed.image().equals(image)) {
      throw new BadSignatureException("it is for another image, " + signed.image());
    }
    if (entry.isPresent() && !entry.get().isOf(Digest.of(payload), signature, key)) {
      throw new BadSignatureException(
          "its entry in the transparency log belongs to another signature");
    }
    return signed;
  }
}
