package dev.varve.registry.blob;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.MissingBlobException;
import dev.varve.registry.endpoint.Access;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.http.Attempts;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.TransferException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Downloads a blob. If the connection breaks, the download resumes with a range request; if the
 * registry does not support ranges, the bytes that were read already are skipped. Does not verify
 * the digest.
 */
final class BlobDownload extends InputStream {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");

  private final Endpoint endpoint;
  private final Descriptor blob;
  private final String reference;
  private final String activity;
  private final Attempts attempts;
  private @Nullable Response response;
  private long offset;

  private BlobDownload(Endpoint endpoint, Descriptor blob, long offset, String reference) {
    this.endpoint = endpoint;
    this.blob = blob;
    this.offset = offset;
    this.reference = reference;
    this.activity = "reading blob " + blob.digest() + " of " + reference;
    this.attempts = endpoint.attempts(activity);
  }

  /**
   * Opens a blob.
   *
   * @param offset the first byte to read
   * @param reference the image, for messages
   */
  static BlobDownload open(Endpoint endpoint, Descriptor blob, long offset, String reference)
      throws IOException {
    BlobDownload stream = new BlobDownload(endpoint, blob, offset, reference);
    boolean opened = false;
    try {
      stream.connect();
      opened = true;
      return stream;
    } finally {
      if (!opened) {
        stream.close();
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    while (true) {
      if (response == null && offset >= blob.size()) {
        return -1; // the connection broke after the last byte, and registries refuse an empty range
      }
      try {
        Response open = response == null ? connect() : response;
        int n = open.body().read(buffer, from, length);
        if (n > 0) {
          offset += n;
          attempts.progressed();
        }
        return n;
      } catch (TransferException e) {
        closeResponse();
        if (offset < blob.size()) {
          attempts.failed(e);
        }
      }
    }
  }

  private Response connect() throws IOException {
    Request request = new Request(activity, "GET", endpoint.uri("blobs/" + blob.digest()));
    if (offset > 0) {
      request = request.with("Range", "bytes=" + offset + "-" + (blob.size() - 1));
    }
    while (true) {
      try {
        Response opened = endpoint.open(request.once(attempts), Access.PULL);
        response = opened;
        skipToOffset(opened);
        return opened;
      } catch (TransferException e) {
        closeResponse();
        attempts.failed(e);
      }
    }
  }

  /** Checks a new response, and skips to the current offset if the response is the whole blob. */
  private void skipToOffset(Response opened) throws IOException {
    switch (opened.status()) {
      case 200 -> {
        requireLength(opened.length(), blob.size());
        if (offset > 0) {
          opened.body().skipNBytes(offset);
        }
      }
      case 206 -> {
        requireRange(opened.header("Content-Range"));
        requireLength(opened.length(), blob.size() - offset);
      }
      case 404 -> throw new MissingBlobException(reference, blob);
      default -> throw endpoint.refusal(activity, opened);
    }
  }

  private void requireLength(long header, long expected) throws RegistryException {
    if (header >= 0 && header != expected) {
      throw corrupt("expected " + expected + " bytes, the registry has " + header);
    }
  }

  private void requireRange(Optional<String> header) throws RegistryException {
    Matcher range = CONTENT_RANGE.matcher(header.orElse(""));
    if (!range.matches() || !range.group(1).equals(Long.toString(offset))) {
      throw corrupt("expected the bytes from " + offset + " on, got " + header.orElse("others"));
    }
  }

  private RegistryException corrupt(String problem) {
    return new RegistryException(Kind.CORRUPT, 0, activity + ": " + problem);
  }

  private void closeResponse() {
    if (response != null) {
      response.close();
      response = null;
    }
  }

  @Override
  public void close() {
    closeResponse();
  }
}
