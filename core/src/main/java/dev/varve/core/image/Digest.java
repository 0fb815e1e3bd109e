package dev.varve.core.image;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 content digest. Registries and clients that matter here use no other algorithm; one
 * that is met is refused by name.
 *
 * @param hex 64 lower-case hexadecimal characters
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests">OCI:
 *     digests</a>
 */
public record Digest(String hex) implements Comparable<Digest> {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final String PREFIX = "sha256:";

  /** Checks the form. */
  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "expected 64 lower-case hexadecimal characters, got \"" + hex + "\"");
    }
  }

  /**
   * Parses {@code sha256:<hex>}.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "expected a digest of the form sha256:<hex>, got \"" + text + "\"");
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  /** Parses a digest that is in {@code document}, which a complaint will name. */
  static Digest parse(String text, JsonObject document) throws MalformedJsonException {
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      throw document.malformed(Objects.requireNonNull(e.getMessage()));
    }
  }

  /** The digest of {@code bytes}. */
  public static Digest of(byte[] bytes) {
    return finish(sha256().digest(bytes));
  }

  /** Takes the result of a {@link #sha256()} that has been fed; it is reset by this. */
  public static Digest of(MessageDigest sha256) {
    return finish(sha256.digest());
  }

  /** A new SHA-256 to feed. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Digest finish(byte[] hash) {
    return new Digest(HexFormat.of().formatHex(hash));
  }

  // By hand: what a record has of its own is made anew at every start of Java, for 20 ms.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Digest digest && hex.equals(digest.hex);
  }

  @Override
  public int hashCode() {
    return hex.hashCode();
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  /** {@code sha256:<hex>}. */
  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
