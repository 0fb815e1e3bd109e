package dev.varve.core.compress;

import java.util.List;

/**
 * How much is searched for matches, between fast and small.
 *
 * @param lazy a shorter match is taken only if the next byte begins no better one; 0 never looks
 * @param good behind a match of this length, the search for a better one is shorter
 * @param nice a match of this length ends a search
 * @param chain the earlier places that a search compares, at most
 */
record DeflateLevel(int lazy, int good, int nice, int chain) {
  private static final List<DeflateLevel> LEVELS =
      List.of(
          new DeflateLevel(0, 0, 16, 1),
          new DeflateLevel(0, 0, 24, 3),
          new DeflateLevel(0, 0, 32, 6),
          new DeflateLevel(16, 8, 32, 4),
          new DeflateLevel(16, 8, 32, 8),
          new DeflateLevel(32, 16, 64, 12),
          new DeflateLevel(64, 32, 128, 32),
          new DeflateLevel(128, 64, Token.LONGEST, 128),
          new DeflateLevel(Token.LONGEST, Token.LONGEST, Token.LONGEST, 1024));

  /** Returns a level from 1 to 9, which are about as small as zlib's. */
  static DeflateLevel of(int level) {
    return LEVELS.get(level - 1);
  }

  /** The places to compare for a match that is better than one of this length, a byte before. */
  int chainBehind(int length) {
    return Math.max(1, length < good ? chain >> 1 : chain >> 2);
  }
}
