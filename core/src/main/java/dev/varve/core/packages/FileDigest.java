package dev.varve.core.packages;

import dev.varve.core.filetree.Content;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The digest of a file's content that a package names.
 *
 * @param algorithm the hash function
 * @param hex lower-case hexadecimal digits
 */
public record FileDigest(Algorithm algorithm, String hex) {
  private static final int BUFFER = 1 << 16;

  /** Checks the number of digits. */
  public FileDigest {
    if (!algorithm.fits(hex)) {
      throw new IllegalArgumentException("expected a " + algorithm + ", got \"" + hex + "\"");
    }
  }

  /** The hash functions that package managers use. */
  public enum Algorithm {
    /** dpkg, and RPM before 4.6. */
    MD5("MD5", 32),
    /** apk. */
    SHA1("SHA-1", 40),
    /** RPM, if configured. */
    SHA224("SHA-224", 56),
    /** RPM and pacman. */
    SHA256("SHA-256", 64),
    /** The first 160 bits of a SHA-256: apk 3, for packages of its own format. */
    SHA256_160("SHA-256", 40),
    /** RPM, if configured. */
    SHA384("SHA-384", 96),
    /** RPM, if configured. */
    SHA512("SHA-512", 128);

    private final String javaName;
    private final int digits;

    Algorithm(String javaName, int digits) {
      this.javaName = javaName;
      this.digits = digits;
    }

    private boolean fits(String hex) {
      return hex.length() == digits
          && hex.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0);
    }

    private MessageDigest create() {
      try {
        return MessageDigest.getInstance(javaName);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e); // every JDK has them
      }
    }
  }

  /** Returns the digest that a text gives in hexadecimal digits; empty if it is none. */
  public static Optional<FileDigest> of(Algorithm algorithm, String text) {
    if (text.length() != algorithm.digits) { // the empty text of directories is frequent
      return Optional.empty();
    }
    String hex = text.toLowerCase(Locale.ROOT);
    return algorithm.fits(hex) ? Optional.of(new FileDigest(algorithm, hex)) : Optional.empty();
  }

  /**
   * Returns whether this is the digest of a content, which is read unless it is a SHA-256 or the
   * start of one.
   */
  boolean isOf(Content content) throws IOException {
    if (algorithm == Algorithm.SHA256 || algorithm == Algorithm.SHA256_160) {
      return content.digest().hex().startsWith(hex);
    }
    MessageDigest digest = algorithm.create();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = content.open()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest()).equals(hex);
  }
}
