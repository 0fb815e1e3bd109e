package dev.varve.core.git;

/**
 * A commit.
 *
 * @param hash the full hash in hexadecimal
 * @param subject the first line of the message
 */
public record Commit(String hash, String subject) {
  /** The usual length of a short hash, independent of its uniqueness in the repository. */
  private static final int SHORT = 7;

  /** The first seven digits of the hash. */
  public String shortHash() {
    return hash.substring(0, Math.min(SHORT, hash.length()));
  }
}
