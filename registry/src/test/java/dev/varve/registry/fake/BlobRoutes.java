package dev.varve.registry.fake;

import dev.varve.core.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Handles {@code /v2/NAME/blobs/DIGEST}, and the storage that blobs are redirected to. */
final class BlobRoutes {
  /** A query as in the URLs of object storages; clients must send its escapes unchanged. */
  private static final String SIGNATURE = "X-Expires=600&sig=a%2Fb%2bc%3D%3D&se=2030-01-01T00%3A00";

  private static final Pattern STORED = Pattern.compile("/storage/([0-9a-f]{64})");
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final Store store;
  private final Behavior behavior;
  private final String storageUrl;

  BlobRoutes(Store store, Behavior behavior, String storageUrl) {
    this.store = store;
    this.behavior = behavior;
    this.storageUrl = storageUrl;
  }

  Reply handle(Request request, String repository, Digest digest) throws IOException {
    return switch (request.method()) {
      case "GET", "HEAD" -> {
        Path blob =
            (behavior.has(Quirk.SHARES_BLOBS) ? store.blob(digest) : store.blob(repository, digest))
                .orElseThrow(() -> new Refusal(404, "BLOB_UNKNOWN", "blob unknown: " + digest));
        if (behavior.has(Quirk.REDIRECTS_BLOBS) && request.method().equals("GET")) {
          yield Reply.of(307)
              .header("Location", storageUrl + "/storage/" + digest.hex() + "?" + SIGNATURE);
        }
        yield blob(request, blob, behavior)
            .header("Docker-Content-Digest", digest.toString())
            .header("Etag", "\"" + digest + "\"");
      }
      case "DELETE" -> {
        if (behavior.has(Quirk.NO_DELETE)) {
          throw Routes.wrongMethod(request);
        }
        if (!store.removeBlob(repository, digest)) {
          throw new Refusal(404, "BLOB_UNKNOWN", "blob unknown: " + digest);
        }
        yield Reply.of(202);
      }
      default -> throw Routes.wrongMethod(request);
    };
  }

  /**
   * Handles a request as an object storage does: it requires the signed URL unchanged and refuses
   * logins.
   */
  static Reply storage(Request request, Store store, Behavior behavior) throws IOException {
    Matcher path = STORED.matcher(request.path());
    if (!path.matches() || !request.query().equals(SIGNATURE)) {
      return Reply.of(403).text("SignatureDoesNotMatch");
    }
    if (!request.header("Authorization").isEmpty()) {
      return Reply.of(400).text("Only one auth mechanism allowed");
    }
    Path blob = store.blob(new Digest(path.group(1))).orElseThrow();
    return blob(request, blob, behavior);
  }

  private static Reply blob(Request request, Path blob, Behavior behavior) throws IOException {
    long size = Files.size(blob);
    Reply reply =
        Reply.of(200).content("application/octet-stream", Reply.Content.of(blob, 0, size));
    if (behavior.has(Quirk.IGNORES_RANGE)) {
      return reply;
    }
    reply = reply.header("Accept-Ranges", "bytes");
    Matcher range = RANGE.matcher(request.header("Range"));
    if (!range.matches() || request.method().equals("HEAD")) {
      return reply;
    }
    long first = Long.parseLong(range.group(1));
    long last = range.group(2).isEmpty() ? size - 1 : Long.parseLong(range.group(2));
    if (first >= size || last < first) {
      return Reply.of(416).header("Content-Range", "bytes */" + size);
    }
    last = Math.min(last, size - 1);
    return new Reply(
            206,
            reply.headers(),
            Reply.Content.of(blob, first, last - first + 1),
            Reply.Ending.REGULAR)
        .header("Content-Range", "bytes " + first + "-" + last + "/" + size);
  }
}
