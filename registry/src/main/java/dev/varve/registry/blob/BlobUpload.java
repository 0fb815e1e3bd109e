package dev.varve.registry.blob;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.registry.endpoint.Access;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.endpoint.Refusal;
import dev.varve.registry.http.Attempts;
import dev.varve.registry.http.Body;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.TransferException;
import dev.varve.registry.name.RepositoryName;
import java.io.FilterInputStream;
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
 * Uploads one blob, unless the registry has or mounts it: in one request wherever that works, since
 * registries disagree most about chunks; in chunks to a registry that finds the whole too large.
 *
 * <p>After a failure the upload first looks for the blob, as commits that fail have often happened;
 * then goes on in the same session if the registry says how many bytes it has; else begins anew.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push">OCI
 *     distribution: push</a>
 */
public final class BlobUpload {
  /** Fewer bytes are sent again rather than asked for. */
  private static final long WORTH_RESUMING = 1 << 20;

  /** The length of a chunk, unless the registry asks for longer ones. */
  private static final long CHUNK = 16L << 20;

  private static final String OCTETS = "application/octet-stream";
  private static final int BUFFER = 1 << 17;
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-(\\d{1,18})");

  /** Error codes of a session that the registry lost, or that is out of step. */
  private static final Set<String> LOST =
      Set.of("BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID", "RANGE_INVALID");

  private final Endpoint endpoint;
  private final BlobStore blobs;
  private final Descriptor blob;
  private final BlobContent content;
  private final boolean missing;
  private final Optional<RepositoryName> mountFrom;
  private final String activity;
  private final Attempts attempts;

  private volatile @Nullable UploadSession session;
  private volatile boolean givenUp;
  private boolean resumable = true;
  private boolean chunked;
  private long chunk = CHUNK;

  private Progress progress = Progress.SILENT;
  private long reported;

  /**
   * An upload that has not begun.
   *
   * @param missing whether the registry is known not to have the blob
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
    this.activity = "pushing blob " + blob.digest() + " to " + endpoint.name();
    this.attempts = endpoint.attempts(activity);
  }

  /** The blob. */
  public Descriptor blob() {
    return blob;
  }

  /** The bytes of the blob. */
  public BlobContent content() {
    return content;
  }

  /** What the upload does, for messages. */
  String activity() {
    return activity;
  }

  /**
   * Returns when the registry has the blob.
   *
   * @param listener receives the bytes as they are sent, each once, however often it is sent
   */
  public void run(Progress listener) throws IOException {
    progress = listener;
    boolean found =
        mountFrom.isPresent() ? isMounted(mountFrom.get()) : !missing && blobs.has(blob);
    if (!found) {
      send();
      blobs.count(blob);
    }
    report(blob.size());
  }

  /**
   * Returns whether the registry has the blob, from before or by a mount. A registry that has
   * declined a mount is asked for the blob first.
   */
  private boolean isMounted(RepositoryName from) throws IOException {
    Mounts mounts = blobs.mounts();
    Optional<Mounts.Mount> first = mounts.requestFirst(blob, from);
    boolean asked = first.isEmpty() && mounts.declined();
    if (asked && blobs.has(blob)) {
      return true;
    }
    Mounts.Mount mount = first.isPresent() ? first.get() : mounts.request(blob, from);
    session = mount.session().orElse(null);
    if (!mount.done() && !asked && blobs.has(blob)) {
      abandon();
      return true;
    }
    return mount.done();
  }

  private void send() throws IOException {
    boolean done = false;
    try {
      while (!done) {
        try {
          requireWanted();
          if (session == null) {
            begin();
            requireWanted();
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
    } finally {
      if (!done) {
        abandon();
      }
    }
  }

  private void requireWanted() throws IOException {
    if (givenUp) {
      throw new InterruptedIOException(activity + ": cancelled");
    }
  }

  private void begin() throws IOException {
    session =
        endpoint.send(
            new Request(activity, "POST", endpoint.uri("blobs/uploads/")),
            Access.PUSH,
            answer -> {
              if (!answer.isSuccess()) {
                throw endpoint.refusal(activity, answer);
              }
              chunk = Math.max(CHUNK, leastChunk(answer));
              return new UploadSession(location(answer));
            });
  }

  private static long leastChunk(Response answer) {
    String text = answer.header("OCI-Chunk-Min-Length").orElse("");
    return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
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

  /** Sends all bytes that the registry lacks, and commits the blob. */
  private boolean sendRest() throws IOException {
    UploadSession at = current();
    Request request =
        new Request(activity, "PUT", at.commitLocation(blob.digest()))
            .with(bytes(at.offset(), blob.size()))
            .once(attempts);
    if (at.offset() > 0) {
      request = request.with("Content-Range", at.offset() + "-" + (blob.size() - 1));
    }
    return endpoint.send(request, Access.PUSH, this::isCommitted);
  }

  private boolean sendChunks() throws IOException {
    UploadSession at = current();
    while (at.offset() < blob.size()) {
      long from = at.offset();
      long to = from + Math.min(chunk, blob.size() - from);
      Request request =
          new Request(activity, "PATCH", at.location())
              .with("Content-Range", from + "-" + (to - 1))
              .with(bytes(from, to))
              .once(attempts);
      at = new UploadSession(endpoint.send(request, Access.PUSH, this::nextLocation), to);
      session = at;
      attempts.progressed();
    }
    Request commit =
        new Request(activity, "PUT", at.commitLocation(blob.digest()))
            .with(Body.of(OCTETS, new byte[0]))
            .once(attempts);
    return endpoint.send(commit, Access.PUSH, this::isCommitted);
  }

  /** The bytes of the blob between two offsets. */
  private Body bytes(long from, long to) {
    return new Body(OCTETS, to - from, () -> new Bytes(content.open(from), from, to));
  }

  /** Reads to an offset, or to the end of a blob, whose length is verified there; reports bytes. */
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
      if (at == to && to < blob.size()) {
        return -1;
      }
      int n = in.read(buffer, offset, at == to ? length : (int) Math.min(length, to - at));
      if (n < 0 && at < to) {
        throw new IOException(activity + ": expected " + (to - at) + " more bytes, got the end");
      }
      if (n > 0 && at == to) {
        throw new IOException(
            activity + ": expected " + blob.size() + " bytes, got more than that");
      }
      at += Math.max(0, n);
      report(at);
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
      Optional<String> digest = response.header("Docker-Content-Digest");
      if (digest.isPresent() && isOther(digest.get(), blob.digest())) {
        throw new RegistryException(
            Kind.CORRUPT, response.status(), activity + ": the registry has " + digest.get());
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
      boolean resumed = current().offset() > 0;
      requireIntact(refusal);
      if (resumed && refusal.says("DIGEST_INVALID")) {
        session = null;
        resumable = false; // the registry loses count of its sessions
        throw broken(refusal, "the registry lost bytes of an upload that was resumed");
      }
    }
    throw failure(refusal);
  }

  /** Whether a digest is of other bytes. A digest by another algorithm doesn't say. */
  private static boolean isOther(String received, Digest digest) {
    return received.startsWith(digest.algorithm().title() + ":")
        && !received.equals(digest.toString());
  }

  /** Returns where the next chunk goes. */
  private URI nextLocation(Response answer) throws IOException {
    // 201 is ECR's, 204 others'. The offset in the Range header is wrong in more than one registry.
    if (!answer.isSuccess()) {
      throw failure(Refusal.read(answer));
    }
    return answer.header("Location").isPresent() ? location(answer) : current().location();
  }

  private UploadSession current() {
    UploadSession open = session;
    if (open == null) {
      throw new IllegalStateException("no session");
    }
    return open;
  }

  /**
   * Reads the blob once more, and fails if the bytes have another digest: registries disagree on
   * how they say this.
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

  /** Returns the exception for a refusal. Another attempt may do where the session was lost. */
  private IOException failure(Refusal refusal) {
    boolean lost =
        refusal.status() == 404
            || refusal.status() == 416
            || refusal.codes().stream().anyMatch(LOST::contains);
    if (!lost) {
      return endpoint.refusal(activity, refusal);
    }
    session = null;
    return broken(
        refusal, "the registry lost the upload (" + refusal.status() + ": " + refusal.text() + ")");
  }

  private TransferException broken(Refusal refusal, String problem) {
    return new TransferException(
        TransferException.Kind.BROKEN,
        refusal.status(),
        activity + ": " + problem,
        Optional.empty());
  }

  /** Asks how many bytes the session has. Ends the session if that is not worth it, or unknown. */
  private void resumeOrAbandon() throws IOException {
    if (session == null) {
      return;
    }
    if (resumable) {
      try {
        Request request = new Request(activity, "GET", current().location()).once(attempts);
        Optional<UploadSession> there = endpoint.send(request, Access.PUSH, this::resumed);
        if (there.isPresent()) {
          if (there.get().offset() > current().offset()) {
            attempts.progressed();
          }
          session = there.get();
          return;
        }
      } catch (TransferException e) {
        // A new session will do.
      }
    }
    abandon();
  }

  /** Returns where the session goes on; empty if it doesn't. */
  private Optional<UploadSession> resumed(Response answer) throws IOException {
    Matcher range = RANGE.matcher(answer.header("Range").orElse(""));
    long there = answer.status() == 204 && range.matches() ? Long.parseLong(range.group(1)) + 1 : 0;
    return there < WORTH_RESUMING || there >= blob.size()
        ? Optional.empty()
        : Optional.of(new UploadSession(location(answer), there));
  }

  /** Ends the upload, from another thread: what {@link #run} sends from now on fails. */
  void giveUp() {
    givenUp = true;
    end(session);
  }

  private void abandon() {
    end(session);
    session = null;
  }

  private void end(@Nullable UploadSession open) {
    if (open == null) {
      return;
    }
    try {
      endpoint.send(
          new Request(activity, "DELETE", open.location()).once(attempts),
          Access.PUSH,
          Response::status);
    } catch (IOException e) {
      // The registry ends it after some time.
    }
  }
}
