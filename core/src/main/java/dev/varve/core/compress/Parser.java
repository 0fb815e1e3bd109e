package dev.varve.core.compress;

/**
 * Turns the window's bytes into tokens. A match is taken unless the next byte begins a better one.
 *
 * <p>Where no matches are found for long, only some bytes are searched: such data is mostly
 * compressed already.
 */
final class Parser {
  /** The most tokens of one step: as many literals as better matches can follow one another. */
  static final int STEP_TOKENS = Token.LONGEST;

  /** The searches without a match, as a binary logarithm, that skip one more byte each. */
  private static final int SKIP_LOG = 8;

  private static final int MOST_SKIPPED = 16;

  /** What a better match must gain, in quarters of a byte. */
  private static final int GAIN = 2;

  private final DeflateWindow window;
  private final DeflateLevel level;
  private final HashChains chains;
  private int misses;

  Parser(DeflateWindow window, DeflateLevel level) {
    this.window = window;
    this.level = level;
    chains = new HashChains(window, level.nice());
  }

  /**
   * Parses bytes until there are enough tokens.
   *
   * @param stop the index in the window to stop at; the last token may reach beyond it
   * @param tokens the array for the tokens
   * @param size the number of tokens in the array
   * @param enough the number of tokens to stop at; up to {@link #STEP_TOKENS} may be added
   * @return the number of tokens
   */
  int parse(int stop, int[] tokens, int size, int enough) {
    byte[] bytes = window.bytes();
    int end = window.end();
    int at = window.next();
    while (at < stop && size < enough) {
      int match = find(at, Token.SHORTEST - 1, level.chain(), end);
      if (match == 0) {
        int skipped = Math.min(1 + (misses++ >>> SKIP_LOG), Math.min(MOST_SKIPPED, end - at));
        for (int i = 0; i < skipped; i++) {
          tokens[size++] = bytes[at++] & 0xFF;
        }
        continue;
      }
      misses = 0;
      int known = at + 1;
      int length = HashChains.length(match);
      while (length < level.lazy()) {
        int next = find(at + 1, length - 1, level.chainBehind(length), end);
        known = at + 2;
        if (next == 0 || gain(match, next) <= GAIN) {
          break;
        }
        tokens[size++] = bytes[at++] & 0xFF;
        match = next;
        length = HashChains.length(match);
      }
      tokens[size++] = Token.match(length, HashChains.distance(match));
      at += length;
      chains.add(known, at);
    }
    window.parsed(at);
    return size;
  }

  private int find(int at, int shorter, int chain, int end) {
    int most = Math.min(Token.LONGEST, end - at);
    return most < Integer.BYTES ? 0 : chains.find(at, shorter, most, chain);
  }

  /** What a match gains over another: bytes, and bits of the distance, each a quarter of one. */
  private static int gain(int match, int next) {
    int bytes = HashChains.length(next) - HashChains.length(match);
    int bits =
        Integer.numberOfLeadingZeros(HashChains.distance(next))
            - Integer.numberOfLeadingZeros(HashChains.distance(match));
    return 4 * bytes + bits;
  }
}
