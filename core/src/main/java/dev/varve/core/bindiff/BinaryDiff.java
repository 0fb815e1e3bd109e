package dev.varve.core.bindiff;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Finds what a new version of a file repeats of the old one.
 *
 * <p>The new file is read once. As long as its bytes go on as the old file's at the same
 * displacement, they belong to the last match. Elsewhere the index proposes other matches; one is
 * taken if it has clearly more equal bytes than the last match has there. Between two matches, both
 * are extended towards each other as far as they resemble the new file.
 */
public final class BinaryDiff {
  /** The equal bytes by which a match must be better than the last one's continuation. */
  private static final int MARGIN = 8;

  /** The shortest match that is considered. */
  private static final int SHORTEST = 8;

  /** The blocks of the index that are compared with one place of the new file, at most. */
  private static final int MOST_CANDIDATES = 16;

  private final byte[] before;
  private final int beforeLength;
  private final byte[] after;
  private final List<Step> steps = new ArrayList<>();
  private final BlockIndex index;
  private boolean isIndexed;

  /** Where the last match begins, in the old file and in the new one. */
  private int position;

  private int start;

  /** The longest match of the current place. */
  private int foundPosition;

  private int foundStart;
  private int foundEnd;

  private BinaryDiff(byte[] before, int beforeLength, byte[] after, BlockIndex index) {
    this.before = before;
    this.beforeLength = beforeLength;
    this.after = after;
    this.index = index;
  }

  /**
   * The steps that make a new file of an old one.
   *
   * @param before the old file, in the first {@code beforeLength} bytes
   * @param after the new file, in the first {@code afterLength} bytes
   * @param index memory for the comparison, used by one thread at a time
   * @return steps in the order of the new file, whose lengths add up to {@code afterLength}
   */
  public static List<Step> of(
      byte[] before, int beforeLength, byte[] after, int afterLength, BlockIndex index) {
    Objects.checkFromIndexSize(0, beforeLength, before.length);
    Objects.checkFromIndexSize(0, afterLength, after.length);
    int common = Math.min(beforeLength, afterLength);
    int prefix = Words.equalFrom(before, 0, after, 0, common);
    int suffix = Words.equalBefore(before, beforeLength, after, afterLength, common - prefix);
    BinaryDiff diff = new BinaryDiff(before, beforeLength, after, index);
    diff.scan(prefix, afterLength - suffix);
    if (suffix > 0 && diff.displacement() != beforeLength - afterLength) {
      diff.match(beforeLength - suffix, afterLength - suffix);
    }
    diff.finish(afterLength);
    return List.copyOf(diff.steps);
  }

  /** Looks for matches in a part of the new file. */
  private void scan(int from, int end) {
    int at = from;
    while (end - at >= SHORTEST) {
      int same = at + displacement();
      int left = Math.min(end - at, beforeLength - same);
      if (left >= Words.BYTES && Words.at(before, same) == Words.at(after, at)) {
        at += Words.equalFrom(before, same, after, at, left);
      } else if (find(at, end)) {
        match(foundPosition, foundStart);
        at = foundEnd;
      } else {
        at++;
      }
    }
  }

  private int displacement() {
    return position - start;
  }

  /** Finds the longest match around a place of the new file, if it is worth to be taken. */
  private boolean find(int at, int end) {
    if (!isIndexed) {
      index.index(before, beforeLength);
      isIndexed = true;
    }
    long word = Words.at(after, at);
    int longest = SHORTEST - 1;
    int candidate = index.last(word);
    for (int i = 0; i < MOST_CANDIDATES && candidate >= 0; i++) {
      if (Words.at(before, candidate) == word) {
        int most = Math.min(beforeLength - candidate, end - at);
        int forward = Words.equalFrom(before, candidate, after, at, most);
        int back = Words.equalBefore(before, candidate, after, at, Math.min(candidate, at - start));
        if (forward + back > longest) {
          longest = forward + back;
          foundPosition = candidate - back;
          foundStart = at - back;
          foundEnd = at + forward;
        }
      }
      candidate = index.before(candidate);
    }
    return longest >= SHORTEST && differs(foundStart, foundEnd);
  }

  /** Whether the continuation of the last match lacks enough of the bytes of a part. */
  private boolean differs(int from, int to) {
    int different = 0;
    for (int i = from; i < to && different <= MARGIN; i++) {
      int same = i + displacement();
      different += same < beforeLength && before[same] == after[i] ? 0 : 1;
    }
    return different > MARGIN;
  }

  /** Ends the last match and begins the next one. */
  private void match(int nextPosition, int nextStart) {
    int gap = nextStart - start;
    int forward = forward(gap);
    int backward =
        Resemblance.backward(before, nextPosition, after, nextStart, Math.min(gap, nextPosition));
    int overlap = forward + backward - gap;
    if (overlap > 0) {
      int first =
          Resemblance.split(
              before,
              position + forward - overlap,
              nextPosition - backward,
              after,
              start + forward - overlap,
              overlap);
      forward += first - overlap;
      backward -= first;
    }
    add(forward, gap - forward - backward);
    position = nextPosition - backward;
    start = nextStart - backward;
  }

  private void finish(int end) {
    int forward = forward(end - start);
    add(forward, end - start - forward);
  }

  private int forward(int most) {
    return Resemblance.forward(
        before, position, after, start, Math.min(most, beforeLength - position));
  }

  private void add(int matched, int fresh) {
    if (matched + fresh > 0) {
      steps.add(new Step(position, matched, fresh));
    }
  }
}
