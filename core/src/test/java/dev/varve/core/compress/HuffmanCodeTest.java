package dev.varve.core.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.PriorityQueue;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class HuffmanCodeTest {
  @Property(tries = 500)
  void noPrefixCodeIsSmaller(
      @ForAll @Size(min = 2, max = 286) List<@IntRange(max = 100) Integer> some) {
    int[] counts = counts(some);
    counts[0] = 1;
    counts[1] = 1;
    HuffmanCode code = HuffmanCode.of(counts, 15);
    assertThat(code.bits(counts)).isEqualTo(smallest(counts));
    assertComplete(code, counts.length, 15);
  }

  @Property(tries = 500)
  void noCodeIsTooLong(@ForAll @Size(19) List<@IntRange(max = 30_000) Integer> some) {
    int[] counts = counts(some);
    counts[18] = 1;
    HuffmanCode code = HuffmanCode.of(counts, 7);
    assertComplete(code, 19, 7);
    for (int i = 0; i < 19; i++) {
      for (int k = 0; counts[i] > 0 && k < 19; k++) {
        if (counts[k] > counts[i]) {
          assertThat(code.length(k)).isLessThanOrEqualTo(code.length(i));
        }
      }
    }
  }

  /** Such counts give the longest codes. */
  @Test
  void codesOfFibonacciNumbersAreCut() {
    int[] counts = new int[28];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = i < 2 ? 1 : counts[i - 1] + counts[i - 2];
    }
    HuffmanCode code = HuffmanCode.of(counts, 15);
    assertComplete(code, counts.length, 15);
    assertThat(code.length(0)).isEqualTo(15);
    assertThat(code.length(27)).isEqualTo(1);
    assertThat(code.bits(counts)).isBetween(smallest(counts), smallest(counts) * 101 / 100);
  }

  @Test
  void codesAreAssignedAsInTheExampleOfTheSpecification() {
    HuffmanCode code = HuffmanCode.ofLengths(new int[] {3, 3, 3, 3, 3, 2, 4, 4}, 4);
    String[] expected = {"010", "011", "100", "101", "110", "00", "1110", "1111"};
    for (int i = 0; i < expected.length; i++) {
      int reversed = Integer.reverse(code.code(i)) >>> (32 - code.length(i));
      assertThat(reversed).isEqualTo(Integer.parseInt(expected[i], 2));
    }
  }

  @Test
  void thereAreAtLeastTwoCodes() {
    HuffmanCode none = HuffmanCode.of(new int[30], 15);
    assertThat(none.size()).isEqualTo(2);
    assertComplete(none, 30, 15);
    HuffmanCode one = HuffmanCode.of(new int[] {0, 0, 9, 0}, 15);
    assertThat(one.length(0)).isEqualTo(1);
    assertThat(one.length(2)).isEqualTo(1);
    assertThat(one.size()).isEqualTo(3);
  }

  private static int[] counts(List<Integer> counts) {
    return counts.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void assertComplete(HuffmanCode code, int symbols, int longest) {
    long share = 0;
    for (int i = 0; i < symbols; i++) {
      assertThat(code.length(i)).isBetween(0, longest);
      share += code.length(i) == 0 ? 0 : 1L << (longest - code.length(i));
    }
    assertThat(share).isEqualTo(1L << longest);
  }

  /** The bits of Huffman's code, made by its definition. */
  private static int smallest(int[] counts) {
    PriorityQueue<Integer> weights = new PriorityQueue<>();
    for (int count : counts) {
      if (count > 0) {
        weights.add(count);
      }
    }
    int bits = 0;
    while (weights.size() > 1) {
      int sum = weights.remove() + weights.remove();
      bits += sum;
      weights.add(sum);
    }
    return bits;
  }
}
