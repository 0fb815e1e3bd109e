package dev.varve.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.varve.core.bytes.Progress;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A process with a heap of 64 MB uploads and downloads a blob of 10 GB. Nothing stores the blob:
 * both sides generate its bytes and hash those that they receive. The test needs no judge; it is
 * tagged because it takes long.
 */
@Tag("judge")
final class LongBlobJudgeTest {
  private static final int BLOCK = 1 << 20;
  private static final long BLOCKS = 10_000;

  /** The digest is a constant to avoid hashing the blob once more; the registry checks it. */
  private static final Descriptor BLOB =
      new Descriptor(
          "application/octet-stream",
          Digest.parse("sha256:52ece66782fa8e514eee8a07b16b3be046ef06670b330427c386b9d311922987"),
          BLOCKS * BLOCK);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private final AtomicLong received = new AtomicLong();
  private volatile @Nullable Digest stored;

  /** Streams the blob's bytes: the same block repeated, each time beginning with its number. */
  private static final class BlobStream extends InputStream {
    private final byte[] block = new byte[BLOCK];
    private long number;
    private int position = BLOCK;

    BlobStream() {
      new Random(1).nextBytes(block);
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (position == BLOCK) {
        if (number == BLOCKS) {
          return -1;
        }
        ByteBuffer.wrap(block).putLong(number++);
        position = 0;
      }
      int count = Math.min(length, BLOCK - position);
      System.arraycopy(block, position, buffer, offset, count);
      position += count;
      return count;
    }
  }

  /** The process that uploads the blob to the registry in its argument, and downloads it. */
  static final class TransferProcess {
    public static void main(String[] args) throws IOException {
      try (Registry registry =
          new Registry(
              HttpSettings.defaults("varve-test"), TestLogins.of("", ""), Progress.SILENT)) {
        Repository repository = registry.repository(new RepositoryName(args[0], "long"));
        repository.upload(source(), BLOB);
        try (InputStream in = repository.open(BLOB)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
      System.out.println("transferred within " + (Runtime.getRuntime().maxMemory() >> 20) + " MB");
    }

    private static BlobSource source() {
      return new BlobSource() {
        @Override
        public String reference() {
          return "a generator";
        }

        @Override
        public InputStream open(Descriptor blob) {
          return new BlobStream();
        }

        @Override
        public void close() {}
      };
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v2/long/blobs/uploads/", this::upload);
    server.createContext("/v2/long/blobs/sha256:", this::download);
    server.start();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
    threads.shutdownNow();
  }

  private void upload(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().add("Location", "/v2/long/blobs/uploads/1");
        exchange.sendResponseHeaders(202, -1);
        return;
      }
      MessageDigest sha256 = Digest.sha256();
      byte[] buffer = new byte[1 << 17];
      InputStream in = exchange.getRequestBody();
      for (int n; (n = in.read(buffer)) > 0; ) {
        sha256.update(buffer, 0, n);
        received.addAndGet(n);
      }
      Digest digest = Digest.of(sha256);
      boolean isCorrect = exchange.getRequestURI().getQuery().equals("digest=" + digest);
      stored = digest;
      exchange.sendResponseHeaders(isCorrect ? 201 : 400, -1);
    }
  }

  private void download(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (head && stored == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.sendResponseHeaders(200, head ? -1 : BLOB.size());
      if (!head) {
        byte[] buffer = new byte[1 << 17];
        InputStream in = new BlobStream();
        for (int n; (n = in.read(buffer, 0, buffer.length)) > 0; ) {
          exchange.getResponseBody().write(buffer, 0, n);
        }
      }
    }
  }

  @Test
  void tenGigabytesGoThroughAHeapOf64Megabytes() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=16m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                TransferProcess.class.getName(),
                "127.0.0.1:" + server.getAddress().getPort())
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).endsWith("transferred within 61 MB\n");
    } finally {
      process.destroyForcibly();
    }
    assertThat(stored).isEqualTo(BLOB.digest());
    assertThat(received).hasValue(10_485_760_000L);
  }
}
