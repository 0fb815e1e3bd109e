package dev.varve.registry.blob;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.registry.endpoint.Access;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.endpoint.Refusal;
import dev.varve.registry.http.Attempts;
import dev.varve.registry.http.Body;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.TransferException;
import dev.varve.registry.name.RepositoryName;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Uploads a blob, unless the registry has or mounts it. The blob is sent in one request if
 * possible, since registries differ most in how they handle chunks, and in chunks if the registry
 * refuses the whole as too large.
 *
 * <p>After a failure, the upload first checks whether the registry has the blob, because a commit
 * that failed for the client has often succeeded in the registry. It then resumes the session if
 * the registry reports how many bytes it has, and begins a new one otherwise.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push">OCI
 *     distribution: push</a>
 */
public final class BlobUpload {
  /** Fewer received bytes than this are sent again, rather than the session resumed. */
  private static final long WORTH_RESUMING = 1 << 20;

  /** The length of a chunk, unless the registry asks for longer ones. */
  private static final long CHUNK = 16L << 20;

  /** The least length to which chunks are shortened when a registry finds them too large. */
  private static final long SHORTEST_CHUNK = 1 << 20;

  private final Endpoint endpoint;
  private final BlobStore blobs;
  private final Descriptor blob;
  private final BlobContent content;
  private final boolean missing;
  private final Optional<RepositoryName> mountFrom;
  private final UploadProtocol protocol;
  private final Attempts attempts;

  private volatile @Nullable UploadSession session;
  private volatile boolean cancelled;
  private boolean resumable = true;
  private boolean chunked;
  private long chunk = CHUNK;
  private long shortestChunk = SHORTEST_CHUNK;

  private Progress progress = Progress.SILENT;
  private long reported;

  /**
   * Creates an upload, which has not begun.
   *
   * @param missing whether the repository is known to lack the blob
   * @param mountFrom a repository of the registry that has the blob
   */
  BlobUpload(
      Endpoint endpoint,
      BlobStore blobs,
      Descriptor blob,
      BlobContent content,
      boolean missing,
      Optional<RepositoryName> mountFrom) {
    this.endpoint = endpoint;
    this.blobs = blobs;
    this.blob = blob;
    this.content = content;
    this.missing = missing;
    this.mountFrom = mountFrom;
    this.protocol = new UploadProtocol(endpoint, blob);
    this.attempts = endpoint.attempts(activity());
  }

  /** The blob. */
  public Descriptor blob() {
    return blob;
  }

  /** The bytes of the blob. */
  public BlobContent content() {
    return content;
  }

  /** The activity, for messages. */
  String activity() {
    return protocol.activity();
  }

  /**
   * Uploads the blob. Returns when the registry has it.
   *
   * @param listener receives the number of bytes sent, each byte counted once even if it is sent
   *     again
   */
  public void run(Progress listener) throws IOException {
    progress = listener;
    boolean waited = blobs.turns().begin(blob.digest(), () -> cancelled);
    boolean done = false;
    try {
      boolean exists =
          mountFrom.isPresent()
              ? isMounted(mountFrom.get())
              : (waited || !missing) && blobs.has(blob);
      if (!exists) {
        send();
        blobs.count(blob);
      }
      done = true;
    } finally {
      if (!done) {
        abandon();
      }
      blobs.turns().end(blob.digest());
    }
    report(blob.size());
  }

  private boolean isMounted(RepositoryName from) throws IOException {
    Mounts.Mount mount = blobs.mounts().find(blob, from);
    session = mount.session().orElse(null);
    boolean exists = mount.done() || (!mount.lookedFor() && blobs.has(blob));
    if (exists) {
      abandon();
    }
    return exists;
  }

  private void send() throws IOException {
    boolean done = false;
    while (!done) {
      try {
        requireNotCancelled();
        if (session == null) {
          begin();
          requireNotCancelled();
        }
        done = chunked ? sendChunks() : sendRest();
      } catch (TransferException e) {
        attempts.failed(e);
        done = blobs.has(blob);
        if (!done) {
          resumeOrAbandon();
        }
      }
    }
  }

  private void requireNotCancelled() throws IOException {
    if (cancelled) {
      throw new InterruptedIOException(activity() + ": cancelled");
    }
  }

  private void begin() throws IOException {
    session =
        endpoint.send(
            new Request(activity(), "POST", endpoint.uri("blobs/uploads/")),
            Access.PUSH,
            answer -> {
              if (!answer.isSuccess()) {
                throw endpoint.refusal(activity(), answer);
              }
              shortestChunk = Math.max(SHORTEST_CHUNK, UploadProtocol.shortestChunk(answer));
              chunk = Math.max(chunk, shortestChunk);
              return protocol.session(answer, 0);
            });
  }

  /** Sends all bytes that the session lacks, and commits the blob. */
  private boolean sendRest() throws IOException {
    UploadSession at = current();
    Body rest = bytes(at.offset(), blob.size());
    return endpoint.send(protocol.commit(at, rest).once(attempts), Access.PUSH, this::isCommitted);
  }

  private boolean sendChunks() throws IOException {
    UploadSession at = current();
    while (at.offset() < blob.size()) {
      long from = at.offset();
      long to = from + Math.min(chunk, blob.size() - from);
      Request request = protocol.chunk(at, bytes(from, to)).once(attempts);
      Optional<UploadSession> next =
          endpoint.send(request, Access.PUSH, answer -> next(answer, to));
      if (next.isEmpty()) {
        return false; // begins again, with shorter chunks
      }
      at = next.get();
      session = at;
      attempts.progressed();
    }
    Request commit = protocol.commit(at, bytes(blob.size(), blob.size())).once(attempts);
    return endpoint.send(commit, Access.PUSH, this::isCommitted);
  }

  /** Returns the session after a chunk; empty if the registry wants shorter chunks. */
  private Optional<UploadSession> next(Response answer, long offset) throws IOException {
    // ECR responds with 201, others with 204. The offset in the Range header is wrong in several
    // registries.
    if (answer.isSuccess()) {
      return Optional.of(
          answer.header("Location").isPresent()
              ? protocol.session(answer, offset)
              : new UploadSession(current().location(), offset));
    }
    Refusal refusal = Refusal.read(answer);
    long length = offset - current().offset();
    if (refusal.status() != 413) {
      throw failure(refusal);
    }
    if (length <= shortestChunk) {
      throw protocol.tooLarge(refusal, length);
    }
    chunk = Math.max(shortestChunk, Math.min(length, chunk) / 4);
    abandon();
    return Optional.empty();
  }

  /** Returns a body of the bytes between two offsets. */
  private Body bytes(long from, long to) {
    return new Body(
        "application/octet-stream", to - from, () -> new Bytes(content.open(from), from, to));
  }

  /**
   * Reads up to an offset and reports progress; reads to the end of the content if the offset is
   * the blob's size.
   */
  private final class Bytes extends FilterInputStream {
    private final long to;
    private long at;

    Bytes(InputStream in, long from, long to) {
      super(in);
      this.at = from;
      this.to = to;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      long left = to == blob.size() ? length : to - at;
      int n = left == 0 ? -1 : in.read(buffer, offset, (int) Math.min(length, left));
      at += Math.max(0, n);
      report(Math.min(at, to));
      return n;
    }
  }

  /** Reports that bytes up to an offset were sent. */
  private void report(long offset) {
    if (offset > reported) {
      progress.advance(offset - reported);
      reported = offset;
    }
  }

  private boolean isCommitted(Response response) throws IOException {
    if (response.isSuccess()) {
      session = null;
      protocol.requireSameDigest(response);
      return true;
    }
    Refusal refusal = Refusal.read(response);
    if (response.status() == 413 && !chunked) {
      chunked = true;
      abandon();
      return false;
    }
    if (response.status() == 400 || refusal.hasCode("DIGEST_INVALID")) {
      boolean resumed = current().offset() > 0;
      Digest sent = content.digest(blob.digest().algorithm());
      if (!sent.equals(blob.digest())) { // compared here, as registries word this error differently
        throw protocol.corrupt(refusal, content, sent);
      }
      if (resumed && refusal.hasCode("DIGEST_INVALID")) {
        session = null;
        resumable = false; // the registry reported a wrong offset
        throw protocol.broken(refusal, "the registry lost bytes of an upload that was resumed");
      }
    }
    throw failure(refusal);
  }

  private IOException failure(Refusal refusal) {
    if (UploadProtocol.isLost(refusal)) {
      session = null;
    }
    return protocol.failure(refusal);
  }

  private UploadSession current() {
    return Objects.requireNonNull(session);
  }

  /** Asks how many bytes the session has, and ends the session if they are too few or unknown. */
  private void resumeOrAbandon() throws IOException {
    if (session == null) {
      return;
    }
    if (resumable) {
      try {
        Request request = new Request(activity(), "GET", current().location()).once(attempts);
        if (endpoint.send(request, Access.PUSH, this::resumes)) {
          return;
        }
      } catch (TransferException e) {
        // Begins a new session instead.
      }
    }
    abandon();
  }

  /** Returns whether to resume the session, and sets the offset of the next request. */
  private boolean resumes(Response answer) throws IOException {
    long received = UploadProtocol.received(answer);
    if (received < WORTH_RESUMING || received >= blob.size()) {
      return false;
    }
    if (received > current().offset()) {
      attempts.progressed();
    }
    session = protocol.session(answer, received);
    return true;
  }

  /** Aborts the upload, from another thread: further requests of {@link #run} fail. */
  void cancel() {
    cancelled = true;
    protocol.end(session, attempts);
  }

  private void abandon() {
    protocol.end(session, attempts);
    session = null;
  }
}
