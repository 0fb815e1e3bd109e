package dev.varve.core.image;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A content digest by SHA-256 or SHA-512. Varve creates only SHA-256 digests, and preserves SHA-512
 * digests of other tools. Other algorithms are refused.
 *
 * @param hex lower-case hexadecimal characters: 64 for SHA-256, 128 for SHA-512
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests">OCI:
 *     digests</a>
 */
public record Digest(String hex) implements Comparable<Digest> {
  private static final int ABBREVIATED = 12;
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{128}");

  /** Possessive quantifiers, to limit the stack for long texts. */
  private static final Pattern FORM =
      Pattern.compile("[a-z0-9]++(?:[.+_-][a-z0-9]++)*+:[a-zA-Z0-9=_-]++");

  /** The algorithm of a digest. */
  public enum Algorithm {
    /** The algorithm of nearly all registries and tools. */
    SHA256("sha256", "SHA-256", 64),
    /** The other algorithm registered by the OCI specification. */
    SHA512("sha512", "SHA-512", 128);

    private final String title;
    private final String javaName;
    private final int hexLength;

    Algorithm(String title, String javaName, int hexLength) {
      this.title = title;
      this.javaName = javaName;
      this.hexLength = hexLength;
    }

    /** The algorithm's name in a digest, and of its directory in a layout. */
    public String title() {
      return title;
    }

    /** Returns a new hash function. */
    public MessageDigest newHash() {
      try {
        return MessageDigest.getInstance(javaName);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has " + javaName, e);
      }
    }

    /** Returns the digest of {@code bytes}. */
    public Digest of(byte[] bytes) {
      return finish(newHash().digest(bytes));
    }
  }

  /** Checks the form. */
  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "expected 64 or 128 lower-case hexadecimal characters, got \"" + hex + "\"");
    }
  }

  /**
   * Parses {@code sha256:<hex>} or {@code sha512:<hex>}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Digest parse(String text) {
    for (Algorithm algorithm : Algorithm.values()) {
      String prefix = algorithm.title + ":";
      if (text.startsWith(prefix)) {
        String hex = text.substring(prefix.length());
        if (hex.length() != algorithm.hexLength) {
          throw new IllegalArgumentException(
              "expected "
                  + algorithm.hexLength
                  + " lower-case hexadecimal characters, got \""
                  + hex
                  + "\"");
        }
        return new Digest(hex);
      }
    }
    throw new IllegalArgumentException(
        "expected a digest of the form sha256:<hex> or sha512:<hex>, got \"" + text + "\"");
  }

  /** Returns whether a text has the form of a digest with an unknown algorithm. */
  static boolean isForeign(String text) {
    return FORM.matcher(text).matches()
        && Arrays.stream(Algorithm.values()).noneMatch(it -> text.startsWith(it.title + ":"));
  }

  /** Parses a digest in {@code document}, which error messages name. */
  static Digest parse(String text, JsonObject document) throws MalformedJsonException {
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      throw document.malformed(Objects.requireNonNull(e.getMessage()));
    }
  }

  /** Returns the SHA-256 digest of {@code bytes}. */
  public static Digest of(byte[] bytes) {
    return Algorithm.SHA256.of(bytes);
  }

  /** Returns the result of a hash function, which is reset. */
  public static Digest of(MessageDigest hash) {
    return finish(hash.digest());
  }

  /** Returns a new SHA-256 hash function. */
  public static MessageDigest sha256() {
    return Algorithm.SHA256.newHash();
  }

  private static Digest finish(byte[] hash) {
    return new Digest(HexFormat.of().formatHex(hash));
  }

  /** The algorithm, derived from the length. */
  public Algorithm algorithm() {
    return hex.length() == Algorithm.SHA256.hexLength ? Algorithm.SHA256 : Algorithm.SHA512;
  }

  // Explicit, because Java generates a record's own methods at every start, which takes 20 ms.

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

  /** The first 12 hexadecimal characters, enough to distinguish an image's layers. */
  public String abbreviated() {
    return hex.substring(0, ABBREVIATED);
  }

  /** {@code sha256:<hex>} or {@code sha512:<hex>}. */
  @Override
  public String toString() {
    return algorithm().title + ":" + hex;
  }
}
