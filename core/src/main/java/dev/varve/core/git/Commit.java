package dev.varve.core.git;

/**
 * A commit.
 *
 * @param hash all of it, in hexadecimal
 * @param subject the first line of its message
 */
public record Commit(String hash, String subject) {
  /** As many digits as pages and people show, whatever else the repository holds. */
  private static final int SHORT = 7;

  /** The beginning of the hash. */
  public String shortHash() {
    return hash.substring(0, Math.min(SHORT, hash.length()));
  }
}
