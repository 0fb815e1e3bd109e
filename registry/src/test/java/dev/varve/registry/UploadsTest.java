package dev.varve.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class UploadsTest {
  private final Uploads uploads = new Uploads(1, Progress.SILENT);

  /** An upload that goes on until it is interrupted. */
  private static void hang(CountDownLatch begun) throws IOException {
    begun.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    }
  }

  @Test
  void nobodyWaitsForUploadsThatClosingKeptFromBeginning() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    uploads.begin(Wire.BLOB, counting -> hang(begun));
    uploads.begin(Wire.BLOB, counting -> {});
    AtomicReference<String> failure = new AtomicReference<>("");
    Thread waiting =
        new Thread(
            () -> {
              try {
                uploads.finish("docker://it");
              } catch (IOException e) {
                failure.set(String.valueOf(e.getMessage()));
              }
            });
    waiting.setDaemon(true);
    waiting.start();
    begun.await();
    uploads.close();
    waiting.join(TimeUnit.SECONDS.toMillis(10));
    assertThat(failure).hasValue("uploading to docker://it: it was closed");
  }

  @Test
  void noUploadBeginsAfterClosing() {
    uploads.close();
    assertThatThrownBy(() -> uploads.begin(Wire.BLOB, counting -> {}))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessage("pushing blob " + Wire.BLOB.digest() + ": cancelled");
  }
}
