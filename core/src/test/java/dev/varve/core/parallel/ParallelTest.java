package dev.varve.core.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParallelTest {
  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void resultsHaveTheOrderOfTheItems() throws IOException {
    List<Integer> expected = numbers(500).stream().map(i -> i * i).toList();
    assertThat(
            Parallel.map(
                numbers(500),
                i -> {
                  return i % 7 == 0 ? lingering(i * i) : i * i;
                }))
        .isEqualTo(expected);
  }

  @Test
  void asManyTasksRunAtOnceAsGiven() throws IOException {
    int degree = Parallel.degree() + 3;
    CountDownLatch allRun = new CountDownLatch(degree);
    Parallel.map(
        numbers(degree),
        degree,
        i -> {
          allRun.countDown();
          try {
            return allRun.await(30, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
    assertThat(allRun.getCount()).isZero();
    assertThatThrownBy(() -> Parallel.map(numbers(2), 0, i -> i))
        .hasMessage("expected a degree of at least 1, got 0");
  }

  @Test
  void noItemsGiveNoResults() throws IOException {
    assertThat(Parallel.map(List.of(), item -> item)).isEmpty();
  }

  @Test
  void theCallersThreadDoesASingleItem() throws IOException {
    assertThat(Parallel.map(List.of(1), item -> Thread.currentThread()))
        .containsExactly(Thread.currentThread());
  }

  @Test
  void noMoreTasksRunAtOnceThanThereAreCores() throws IOException {
    AtomicInteger running = new AtomicInteger();
    Set<Integer> seen = Collections.newSetFromMap(new ConcurrentHashMap<>());
    Parallel.map(
        numbers(200),
        i -> {
          seen.add(lingering(running.incrementAndGet()));
          return running.decrementAndGet();
        });
    assertThat(Collections.max(seen)).isBetween(1, Parallel.degree());
  }

  @Test
  void noItemIsBegunAfterAFailure() {
    Set<Integer> begun = Collections.newSetFromMap(new ConcurrentHashMap<>());
    assertThatThrownBy(
            () ->
                Parallel.map(
                    numbers(10_000),
                    i -> {
                      begun.add(i);
                      throw new IOException("failed");
                    }))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("failed");
    assertThat(begun.size()).isBetween(1, 2 * Parallel.degree());
  }

  @Test
  void theFailureOfTheEarliestItemIsThrownEvenIfALaterItemFailsFirst() {
    CountDownLatch laterFailed = new CountDownLatch(Parallel.degree() > 1 ? 1 : 0);
    assertThatThrownBy(
            () ->
                Parallel.map(
                    numbers(2),
                    i -> {
                      if (i == 1) {
                        laterFailed.countDown();
                      } else {
                        await(laterFailed);
                      }
                      throw new IOException("item " + i);
                    }))
        .hasMessage("item 0");
  }

  @Test
  void theFailureIsThrownAfterAllBegunTasksHaveEnded() {
    int degree = Parallel.degree();
    CountDownLatch allBegun = new CountDownLatch(degree);
    AtomicInteger ended = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Parallel.map(
                    numbers(Math.max(2, degree)),
                    i -> {
                      allBegun.countDown();
                      if (i == 0) {
                        await(allBegun);
                        throw new IllegalStateException("the first");
                      }
                      await(allBegun);
                      lingering(i);
                      return ended.incrementAndGet();
                    }))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("the first");
    assertThat(ended).hasValue(degree - 1);
  }

  @Test
  void anErrorIsThrownUnchanged() {
    assertThatThrownBy(
            () ->
                Parallel.map(
                    numbers(3),
                    i -> {
                      throw new StackOverflowError("deep");
                    }))
        .isExactlyInstanceOf(StackOverflowError.class);
  }

  /** Takes a while, to let other tasks run. */
  private static int lingering(int result) {
    byte[] bytes = new byte[1 << 16];
    bytes[0] = (byte) Arrays.hashCode(bytes);
    return Arrays.hashCode(bytes) == 0 ? 0 : result;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
