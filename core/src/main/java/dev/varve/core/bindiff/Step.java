package dev.varve.core.bindiff;

/**
 * A part of the new file: bytes that resemble the old file, and behind them bytes that do not.
 *
 * @param position the offset in the old file that the matched bytes resemble
 * @param matched the number of bytes that resemble the old file's from {@code position} on, all of
 *     which are within the old file
 * @param fresh the number of bytes behind them that the old file has no counterpart of
 */
public record Step(int position, int matched, int fresh) {
  public Step {
    if (position < 0 || matched < 0 || fresh < 0) {
      throw new IllegalArgumentException(
          "expected no negative numbers, got position "
              + position
              + ", matched "
              + matched
              + ", fresh "
              + fresh);
    }
  }
}
