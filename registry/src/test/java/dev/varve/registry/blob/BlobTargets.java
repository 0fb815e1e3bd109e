package dev.varve.registry.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.image.Digest;
import dev.varve.registry.fuzz.FuzzedResponse;
import dev.varve.registry.http.Redirects;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/** The parsers of an upload's headers. */
public final class BlobTargets implements FuzzTargets {
  private static final URI FROM = URI.create("https://192.0.2.1/v2/owner/os/blobs/uploads/");

  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText("upload-range", BlobTargets::readRange, "0-99", "bytes=0-7"),
        FuzzTarget.ofText("upload-chunk", BlobTargets::readChunk, "65536"),
        FuzzTarget.ofText("upload-location", BlobTargets::readLocation, "/a?state=b", "/a", "?c"));
  }

  private static void readRange(byte[] header) {
    FuzzedResponse answer = FuzzedResponse.ofHeader("Range", new String(header, UTF_8));
    assertThat(UploadProtocol.received(answer)).isNotNegative();
  }

  private static void readChunk(byte[] header) {
    FuzzedResponse answer =
        FuzzedResponse.ofHeader("OCI-Chunk-Min-Length", new String(header, UTF_8));
    assertThat(UploadProtocol.shortestChunk(answer)).isNotNegative();
  }

  private static void readLocation(byte[] header) throws IOException {
    String text = new String(header, UTF_8);
    if (text.strip().replace('\\', '/').startsWith("//") || text.contains(":")) {
      throw new IOException("another host, whose address would be asked for");
    }
    URI location = Redirects.follow(FROM, text, "pushing");
    URI commit = new UploadSession(location).commitLocation(new Digest("ab".repeat(32)));
    assertThat(commit.getRawQuery()).endsWith("digest=sha256%3A" + "ab".repeat(32));
    assertThat(commit.getRawPath()).isEqualTo(location.getRawPath());
  }
}
