package dev.varve.core.compress;

/**
 * Finds matches: earlier places with the same four bytes are chained by a hash, the last one first.
 * Of those with the same three bytes, only the last is known.
 *
 * <p>Positions are ints that begin anew after 4 GiB. A table may then propose a wrong place. As
 * everywhere, its bytes decide.
 */
final class HashChains {
  /** The shortest match that the chains know. */
  private static final int CHAINED = 4;

  private static final int MASK = Token.FARTHEST - 1;
  private static final int HASH_BITS = 15;
  private static final int SHORT_HASH_BITS = 13;
  private static final int MULTIPLIER = 0x9E3779B1;

  private final DeflateWindow window;
  private final byte[] bytes;
  private final int nice;
  private final int[] newest = new int[1 << HASH_BITS];
  private final int[] older = new int[Token.FARTHEST];
  private final int[] newestShort = new int[1 << SHORT_HASH_BITS];

  HashChains(DeflateWindow window, int nice) {
    this.window = window;
    this.nice = nice;
    bytes = window.bytes();
  }

  /** Returns the length of a match that was found, or 0 if none was. */
  static int length(int found) {
    return found >>> 16;
  }

  /** Returns the distance of a match that was found. */
  static int distance(int found) {
    return found & 0xFFFF;
  }

  /**
   * Adds a place, and finds the longest of the nearest matches there.
   *
   * @param at the index of the place in the window, with {@value #CHAINED} bytes behind it
   * @param shorter a match must be longer than this
   * @param most the longest match that is possible
   * @param chain the earlier places to compare, at most
   * @return a match, for {@link #length} and {@link #distance}; 0 if there is none
   */
  int find(int at, int shorter, int most, int chain) {
    byte[] bytes = this.bytes;
    int position = (int) window.start() + at;
    int word = LittleEndian.getInt(bytes, at);
    int hash = hash(word);
    int distance = position - newest[hash];
    older[position & MASK] = newest[hash];
    newest[hash] = position;
    int shortHash = shortHash(word);
    int shortDistance = position - newestShort[shortHash];
    newestShort[shortHash] = position;

    int enough = Math.min(nice, most);
    int longest = Math.max(shorter, CHAINED - 1);
    int last = LittleEndian.getInt(bytes, at + longest - (CHAINED - 1));
    int found = 0;
    for (int left = chain; left > 0 && isInReach(distance); left--) {
      int other = at - distance;
      // Only a match with other bytes at the end of the longest can be longer.
      if (LittleEndian.getInt(bytes, other + longest - (CHAINED - 1)) == last
          && LittleEndian.getInt(bytes, other) == word) {
        int length = equal(bytes, other, at, most);
        if (length > longest) {
          found = length << 16 | distance;
          if (length >= enough) {
            return found;
          }
          longest = length;
          last = LittleEndian.getInt(bytes, at + longest - (CHAINED - 1));
        }
      }
      if (distance == Token.FARTHEST) {
        break; // its link has been overwritten by this place's
      }
      distance = position - older[(position - distance) & MASK];
    }
    if (found == 0
        && shorter < Token.SHORTEST
        && isInReach(shortDistance)
        && (LittleEndian.getInt(bytes, at - shortDistance) ^ word) << Byte.SIZE == 0) {
      return Token.SHORTEST << 16 | shortDistance;
    }
    return found;
  }

  /** Adds places without a search. */
  void add(int from, int to) {
    byte[] bytes = this.bytes;
    int[] newest = this.newest;
    int[] older = this.older;
    int[] newestShort = this.newestShort;
    int start = (int) window.start();
    for (int at = from; at < to; at++) {
      int word = LittleEndian.getInt(bytes, at);
      int hash = hash(word);
      int position = start + at;
      older[position & MASK] = newest[hash];
      newest[hash] = position;
      newestShort[shortHash(word)] = position;
    }
  }

  private static boolean isInReach(int distance) {
    return Integer.compareUnsigned(distance - 1, Token.FARTHEST) < 0;
  }

  /** The number of equal bytes at two places, of which {@value #CHAINED} are known to be equal. */
  private static int equal(byte[] bytes, int first, int second, int most) {
    for (int n = CHAINED; n < most; n += Long.BYTES) {
      long difference =
          LittleEndian.getLong(bytes, first + n) ^ LittleEndian.getLong(bytes, second + n);
      if (difference != 0) {
        return Math.min(most, n + Long.numberOfTrailingZeros(difference) / Byte.SIZE);
      }
    }
    return most;
  }

  private static int hash(int word) {
    return (word * MULTIPLIER) >>> (Integer.SIZE - HASH_BITS);
  }

  private static int shortHash(int word) {
    return ((word << Byte.SIZE) * MULTIPLIER) >>> (Integer.SIZE - SHORT_HASH_BITS);
  }
}
