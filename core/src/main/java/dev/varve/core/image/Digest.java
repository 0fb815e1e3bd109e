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
 * A content digest, by SHA-256 or SHA-512. Varve makes SHA-256 digests alone; SHA-512 digests that
 * others made stay as they are. Any other algorithm is refused by name.
 *
 * @param hex lower-case hexadecimal characters: 64 of a SHA-256, 128 of a SHA-512
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests">OCI:
 *     digests</a>
 */
public record Digest(String hex) implements Comparable<Digest> {
  private static final int ABBREVIATED = 12;
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{128}");

  private static final Pattern FORM =
      Pattern.compile("[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+");

  /** How a digest is computed. */
  public enum Algorithm {
    /** The one of nearly all registries and tools. */
    SHA256("sha256", "SHA-256", 64),
    /** The other one that the OCI specification registers. */
    SHA512("sha512", "SHA-512", 128);

    private final String title;
    private final String javaName;
    private final int hexLength;

    Algorithm(String title, String javaName, int hexLength) {
      this.title = title;
      this.javaName = javaName;
      this.hexLength = hexLength;
    }

    /** Its name in a digest, which is also its directory in a layout. */
    public String title() {
      return title;
    }

    /** A new hash to feed. */
    public MessageDigest newHash() {
      try {
        return MessageDigest.getInstance(javaName);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has " + javaName, e);
      }
    }

    /** The digest of {@code bytes}. */
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
   * @throws IllegalArgumentException if it is anything else
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

  /** Whether this has the form of a digest, but by an algorithm that is not known here. */
  static boolean isForeign(String text) {
    return FORM.matcher(text).matches()
        && Arrays.stream(Algorithm.values()).noneMatch(it -> text.startsWith(it.title + ":"));
  }

  /** Parses a digest that is in {@code document}, which a complaint will name. */
  static Digest parse(String text, JsonObject document) throws MalformedJsonException {
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      throw document.malformed(Objects.requireNonNull(e.getMessage()));
    }
  }

  /** The SHA-256 digest of {@code bytes}. */
  public static Digest of(byte[] bytes) {
    return Algorithm.SHA256.of(bytes);
  }

  /** Takes the result of a hash that has been fed; it is reset by this. */
  public static Digest of(MessageDigest hash) {
    return finish(hash.digest());
  }

  /** A new SHA-256 to feed. */
  public static MessageDigest sha256() {
    return Algorithm.SHA256.newHash();
  }

  private static Digest finish(byte[] hash) {
    return new Digest(HexFormat.of().formatHex(hash));
  }

  /** How it was computed, which its length tells. */
  public Algorithm algorithm() {
    return hex.length() == Algorithm.SHA256.hexLength ? Algorithm.SHA256 : Algorithm.SHA512;
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

  /** The first 12 hexadecimal characters, enough to tell an image's layers apart. */
  public String abbreviated() {
    return hex.substring(0, ABBREVIATED);
  }

  /** {@code sha256:<hex>} or {@code sha512:<hex>}. */
  @Override
  public String toString() {
    return algorithm().title + ":" + hex;
  }
}
