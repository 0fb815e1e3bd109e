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
 * A signature by a key, as it is attached to an image under a tag. In the transparency log it may
 * have an entry.
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

  /** Signs. */
  public static ImageSignature make(Payload payload, SigningKey key) {
    byte[] bytes = payload.toBytes();
    return new ImageSignature(bytes, key.sign(bytes), Optional.empty());
  }

  /**
   * Reads one.
   *
   * @param descriptor the payload's, with the annotations that make it a signature
   * @param payload the bytes
   * @throws BadSignatureException if it is none
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
      throw new BadSignatureException("it is not base64");
    } catch (MalformedJsonException e) {
      throw new BadSignatureException(String.valueOf(e.getMessage()));
    }
  }

  static boolean isSignature(Descriptor layer) {
    return layer.mediaType().equals(MEDIA_TYPE);
  }

  /** A copy that is in the transparency log. */
  public ImageSignature with(LogEntry logged) {
    return new ImageSignature(payload, signature, Optional.of(logged));
  }

  /** Its entry in the transparency log, if it has one. */
  public Optional<LogEntry> entry() {
    return entry;
  }

  /** The bytes that are signed. */
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

  /** What the transparency log is asked to keep. */
  public JsonObject logRequest(VerificationKey key) {
    return LogEntry.request(Digest.of(payload), signature, key);
  }

  /**
   * Verifies it: the key made it, for this image, and the entry of the log, if there is one, is of
   * this signature. Whether the log made the entry is asked of {@link LogEntry#isMadeBy}.
   *
   * @return what was signed
   * @throws BadSignatureException if it doesn't verify
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
      throw new BadSignatureException("its entry of the transparency log is another signature's");
    }
    return signed;
  }
}
