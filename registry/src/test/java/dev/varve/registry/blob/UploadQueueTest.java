package dev.varve.registry.blob;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.registry.StubRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UploadQueueTest {
  private final StubRegistry wire = new StubRegistry();
  private final UploadQueue uploads = new UploadQueue("docker://it", 1, Progress.SILENT);

  @BeforeEach
  void sessionsBegin() {
    wire.server.stubFor(any(anyUrl()).atPriority(9).willReturn(aResponse().withStatus(201)));
    wire.server.stubFor(
        head(urlEqualTo(StubRegistry.BASE + "blobs/" + StubRegistry.BLOB.digest()))
            .willReturn(aResponse().withStatus(404)));
    wire.server.stubFor(
        post(urlEqualTo(StubRegistry.BASE + "blobs/uploads/"))
            .willReturn(aResponse().withStatus(202).withHeader("Location", "/session/1")));
  }

  @AfterEach
  void close() {
    uploads.close();
    wire.close();
  }

  private BlobUpload upload(BlobContent content) {
    return new BlobStore(wire.endpoint()).upload(StubRegistry.BLOB, content);
  }

  /** Blocks until the thread is interrupted, in place of opening the content. */
  private static InputStream block(CountDownLatch opened) throws IOException {
    opened.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    }
    return InputStream.nullInputStream();
  }

  @Test
  void finishDoesNotWaitForUploadsThatCloseCancelled() throws Exception {
    CountDownLatch opened = new CountDownLatch(1);
    uploads.add(upload(offset -> block(opened)));
    uploads.add(upload(BlobContent.of(StubRegistry.BLOB_BYTES)));
    AtomicReference<String> failure = new AtomicReference<>("");
    Thread waiting =
        new Thread(
            () -> {
              try {
                uploads.finish();
              } catch (IOException e) {
                failure.set(String.valueOf(e.getMessage()));
              }
            });
    waiting.setDaemon(true);
    waiting.start();
    opened.await();

    uploads.close();

    waiting.join(TimeUnit.SECONDS.toMillis(10));
    assertThat(failure).hasValue("uploading to docker://it: it was closed");
    wire.server.verify(deleteRequestedFor(urlEqualTo("/session/1")));
  }

  @Test
  void noUploadStartsAfterClose() {
    uploads.close();

    BlobUpload upload = upload(BlobContent.of(StubRegistry.BLOB_BYTES));
    String cancelled =
        "pushing blob " + StubRegistry.BLOB.digest() + " to " + wire.name() + ": cancelled";
    assertThatThrownBy(() -> uploads.add(upload))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessage(cancelled);
    assertThatThrownBy(() -> uploads.run(upload, Progress.SILENT))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessage(cancelled);
    assertThat(wire.server.getAllServeEvents()).isEmpty();
  }

  @Test
  void holdingBackAnUploadReleasesThePreviousOne() throws Exception {
    BlobUpload first = upload(BlobContent.of(StubRegistry.BLOB_BYTES));
    BlobUpload second = upload(BlobContent.of(StubRegistry.BLOB_BYTES));
    uploads.holdBack(first);
    uploads.finish();
    assertThat(wire.server.getAllServeEvents()).isEmpty();
    assertThat(uploads.heldBack()).isSameAs(first);

    uploads.holdBack(second);
    uploads.finish();

    assertThat(wire.server.getAllServeEvents()).hasSize(3);
    assertThat(uploads.takeHeldBack()).isSameAs(second);
    assertThat(uploads.heldBack()).isNull();
  }
}
