package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.registry.http.Attempts;
import dev.varve.registry.http.Body;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.TransferException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Uploads one blob: in one request wherever that works, since registries disagree most about
 * chunks; in chunks to one that finds the whole too large.
 *
 * <p>After a failure it first looks whether the blob is there after all, as commits that fail often
 * have happened; then goes on in the same session if that says how far it came; else begins anew.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push">OCI
 *     distribution: push</a>
 */
final class BlobUpload {
  /** Less than this is sent again rather than asked for. */
  private static final long WORTH_RESUMING = 1 << 20;

  /** How much goes up at once in chunks, unless the registry asks for more. */
  private static final long CHUNK = 16L << 20;

  private static final int BUFFER = 1 << 17;
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-(\\d{1,18})");

  /** What a session that is gone, or out of step, is told by. */
  private static final Set<String> LOST =
      Set.of("BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID", "RANGE_INVALID");

  private final Endpoint endpoint;
  private final BlobStore blobs;
  private final Descriptor blob;
  private final BlobContent content;
  private final UploadBody.Sent sent;
  private final String activity;
  private final Attempts attempts;

  private volatile @Nullable URI session;
  private volatile boolean givenUp;
  private long offset;
  private boolean resumable = true;
  private boolean chunked;
  private long chunk = CHUNK;

  /**
   * An upload that has not begun.
   *
   * @param progress is told of the bytes as they are sent, each once
   */
  BlobUpload(
      Endpoint endpoint, BlobStore blobs, Descriptor blob, BlobContent content, Progress progress) {
    this.endpoint = endpoint;
    this.blobs = blobs;
    this.blob = blob;
    this.content = content;
    this.sent = new UploadBody.Sent(progress);
    this.activity = "pushing blob " + blob.digest() + " to " + endpoint.name();
    this.attempts = endpoint.attempts(activity);
  }

  /**
   * Uploads it.
   *
   * @param begun a session that is open already, as a mount that was declined leaves one
   */
  void run(Optional<URI> begun) throws IOException {
    session = begun.orElse(null);
    boolean done = false;
    try {
      while (!done) {
        try {
          requireWanted();
          if (session == null) {
            begin();
            requireWanted();
          }
          done = chunked ? sendChunks() : send();
        } catch (TransferException e) {
          attempts.failed(e);
          done = blobs.has(blob);
          if (!done) {
            resumeOrForget();
          }
        }
      }
    } finally {
      if (!done) {
        abandon();
      }
    }
    sent.upTo(blob.size());
  }

  private void begin() throws IOException {
    offset = 0;
    session =
        endpoint.send(
            new Request(activity, "POST", endpoint.uri("blobs/uploads/")),
            Access.PUSH,
            answer -> {
              if (!answer.isSuccess()) {
                throw endpoint.refusal(activity, answer);
              }
              chunk = Math.max(CHUNK, leastChunk(answer));
              return location(answer);
            });
  }

  private static long leastChunk(Response answer) {
    String text = answer.header("OCI-Chunk-Min-Length").orElse("");
    return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
  }

  /** Sends all that is left, and commits. */
  private boolean send() throws IOException {
    Request request =
        new Request(activity, "PUT", committing()).with(rest(blob.size() - offset)).once(attempts);
    if (offset > 0) {
      request = request.with("Content-Range", offset + "-" + (blob.size() - 1));
    }
    return endpoint.send(request, Access.PUSH, this::committed);
  }

  private boolean committed(Response response) throws IOException {
    if (response.isSuccess()) {
      session = null;
      Optional<String> told = response.header("Docker-Content-Digest");
      if (told.isPresent() && isOther(told.get(), blob.digest())) {
        throw new RegistryException(
            Kind.CORRUPT, response.status(), activity + ": the registry has " + told.get());
      }
      return true;
    }
    Refusal refusal = Refusal.read(response);
    if (response.status() == 413 && !chunked) {
      chunked = true;
      abandon();
      return false;
    }
    if (response.status() == 400 || refusal.says("DIGEST_INVALID")) {
      boolean resumed = offset > 0;
      requireIntact(refusal);
      if (resumed && refusal.says("DIGEST_INVALID")) {
        forget();
        resumable = false; // it loses count of its sessions
        throw new TransferException(
            TransferException.Kind.BROKEN,
            refusal.status(),
            activity + ": the registry lost bytes of an upload that was resumed",
            Optional.empty());
      }
    }
    throw lost(response, refusal) ? again(response, refusal) : endpoint.refusal(activity, refusal);
  }

  /**
   * Reads what was sent once more: registries disagree on how they say that it has another digest.
   */
  private void requireIntact(Refusal refusal) throws IOException {
    try (InputStream in = content.open(0)) {
      byte[] buffer = new byte[BUFFER];
      var hash = blob.digest().algorithm().newHash();
      for (int n; (n = in.read(buffer)) > 0; ) {
        hash.update(buffer, 0, n);
      }
      Digest got = Digest.of(hash);
      if (!got.equals(blob.digest())) {
        throw new RegistryException(
            Kind.CORRUPT,
            refusal.status(),
            activity + ": the bytes to push are corrupt; their digest is " + got);
      }
    }
  }

  private boolean sendChunks() throws IOException {
    while (offset < blob.size()) {
      long length = Math.min(chunk, blob.size() - offset);
      Request request =
          new Request(activity, "PATCH", current())
              .with("Content-Range", offset + "-" + (offset + length - 1))
              .with(rest(length))
              .once(attempts);
      session = endpoint.send(request, Access.PUSH, this::taken);
      offset += length;
      attempts.progressed();
    }
    Request commit =
        new Request(activity, "PUT", committing())
            .with(Body.of("application/octet-stream", new byte[0]))
            .once(attempts);
    return endpoint.send(commit, Access.PUSH, this::committed);
  }

  /** Where the next chunk goes. */
  private URI taken(Response answer) throws IOException {
    // 201 is ECR's, 204 others'; what the Range header says of the offset is wrong in more than one
    // registry.
    if (!answer.isSuccess()) {
      Refusal refusal = Refusal.read(answer);
      throw lost(answer, refusal) ? again(answer, refusal) : endpoint.refusal(activity, refusal);
    }
    return answer.header("Location").isPresent() ? location(answer) : current();
  }

  private static boolean lost(Response response, Refusal refusal) {
    return response.status() == 404
        || response.status() == 416
        || refusal.codes().stream().anyMatch(LOST::contains);
  }

  /** The session is lost, which is no reason to give up. */
  private TransferException again(Response response, Refusal refusal) {
    forget();
    return new TransferException(
        TransferException.Kind.BROKEN,
        response.status(),
        activity
            + ": the registry lost the upload ("
            + response.status()
            + ": "
            + refusal.text()
            + ")",
        Optional.empty());
  }

  /** Finds out how far the session came; forgets it if that is not worth it, or can't be known. */
  private void resumeOrForget() throws IOException {
    if (session == null) {
      return;
    }
    if (!resumable) {
      abandon();
      return;
    }
    Request request = new Request(activity, "GET", current()).once(attempts);
    try {
      if (endpoint.send(request, Access.PUSH, this::resumes)) {
        return;
      }
    } catch (TransferException e) {
      // A new session will do.
    }
    abandon();
  }

  /** Whether the session goes on, and if so, takes note of where. */
  private boolean resumes(Response answer) throws IOException {
    Matcher range = RANGE.matcher(answer.header("Range").orElse(""));
    long there = answer.status() == 204 && range.matches() ? Long.parseLong(range.group(1)) + 1 : 0;
    if (there < WORTH_RESUMING || there >= blob.size()) {
      return false;
    }
    session = location(answer);
    if (there > offset) {
      attempts.progressed();
    }
    offset = there;
    return true;
  }

  private void forget() {
    session = null;
    offset = 0;
  }

  /** Ends it, from another thread: what {@link #run} sends from now on fails. */
  void giveUp() {
    givenUp = true;
    end(session);
  }

  /** Ends a session that is not needed after all. */
  void discard(Optional<URI> begun) {
    end(begun.orElse(null));
  }

  private void requireWanted() throws IOException {
    if (givenUp) {
      throw new InterruptedIOException(activity + ": cancelled");
    }
  }

  private void abandon() {
    end(session);
    forget();
  }

  private void end(@Nullable URI open) {
    if (open == null) {
      return;
    }
    try {
      endpoint.send(
          new Request(activity, "DELETE", open).once(attempts), Access.PUSH, Response::status);
    } catch (IOException e) {
      // The registry will clean it up.
    }
  }

  /** What it does, for messages. */
  String activity() {
    return activity;
  }

  private URI current() {
    URI open = session;
    if (open == null) {
      throw new IllegalStateException("no session");
    }
    return open;
  }

  private URI committing() {
    URI at = current();
    return URI.create(
        at + (at.getRawQuery() == null ? "?" : "&") + "digest=" + inQuery(blob.digest()));
  }

  /** A digest in a query. */
  static String inQuery(Digest digest) {
    return digest.toString().replace(":", "%3A");
  }

  /** Whether it is of other bytes; a digest by another algorithm says nothing of that. */
  private static boolean isOther(String told, Digest digest) {
    return told.startsWith(digest.algorithm().title() + ":") && !told.equals(digest.toString());
  }

  private URI location(Response response) throws IOException {
    Optional<String> location = response.header("Location");
    if (location.isEmpty()) {
      throw new RegistryException(
          Kind.REFUSED,
          response.status(),
          activity + ": expected a Location to upload to, got none");
    }
    return endpoint.follow(response, location.get(), activity);
  }

  private Body rest(long length) {
    return new UploadBody(blob, content, offset, length, sent, activity);
  }
}
