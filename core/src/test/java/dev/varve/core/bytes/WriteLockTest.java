package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers of one file, one after the other. */
final class WriteLockTest {
  @TempDir private Path directory;
  private Path file;
  private final Queue<String> notices = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void nameFile() {
    file = directory.resolve("file");
  }

  private WriteLock take() throws IOException {
    return WriteLock.take(file, notices::add);
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void closingRemovesTheLockFile() throws IOException {
    WriteLock lock = take();
    assertThat(files()).hasSize(1);
    lock.close();
    assertThat(files()).isEmpty();
    lock.close();
    take().close();
    assertThat(files()).isEmpty();
    assertThat(notices).isEmpty();
  }

  @Test
  void aSecondWriterWaitsWithOneNotice() throws Exception {
    WriteLock lock = take();
    CompletableFuture<Void> second = CompletableFuture.runAsync(this::takeAndClose);
    TimeUnit.MILLISECONDS.sleep(3500);
    assertThat(second).isNotDone();
    lock.close();
    second.get();
    assertThat(notices).containsExactly("waiting for another run that is writing " + file);
    assertThat(files()).isEmpty();
  }

  @Test
  void manyWritersTakeTurns() throws ExecutionException, InterruptedException {
    AtomicInteger inside = new AtomicInteger();
    List<CompletableFuture<Void>> writers =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.runAsync(
                        () -> {
                          try {
                            WriteLock.holding(
                                file,
                                notices::add,
                                () -> {
                                  assertThat(inside.incrementAndGet()).isEqualTo(1);
                                  LockSupport.parkNanos(5_000_000);
                                  return inside.decrementAndGet();
                                });
                          } catch (IOException e) {
                            throw new IllegalStateException(e);
                          }
                        }))
            .toList();
    for (CompletableFuture<Void> writer : writers) {
      writer.get();
    }
  }

  private void takeAndClose() {
    try {
      take().close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aWriterWaitsUntilTheOtherProcessIsKilled() throws Exception {
    Process other = startHolder();
    CompletableFuture<Void> second = CompletableFuture.runAsync(this::takeAndClose);
    WriteLock.removeAbandoned(directory);
    TimeUnit.MILLISECONDS.sleep(300);
    assertThat(second).isNotDone();
    assertThat(files()).hasSize(1);
    other.destroyForcibly().waitFor();
    second.get();
    assertThat(files()).isEmpty();
  }

  @Test
  void theLockFileOfAKilledProcessIsRemoved() throws Exception {
    startHolder().destroyForcibly().waitFor();
    assertThat(files()).hasSize(1);
    WriteLock.removeAbandoned(directory);
    assertThat(files()).isEmpty();
  }

  private Process startHolder() throws IOException {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(other.getInputStream().read()).isEqualTo('!');
    return other;
  }

  /** Stands for another run: takes the lock and waits to be killed. */
  static final class Holder {
    private Holder() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws Exception {
      WriteLock.take(Path.of(args[0]), notice -> {});
      System.out.print('!');
      System.out.flush();
      Thread.sleep(60_000);
    }
  }
}
