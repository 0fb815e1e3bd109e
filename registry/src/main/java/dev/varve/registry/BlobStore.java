package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** A repository's blobs. */
final class BlobStore {
  private final Endpoint endpoint;
  private final LongAdder uploads = new LongAdder();
  private final LongAdder uploadedBytes = new LongAdder();

  private final Object mounting = new Object();

  /** Whether the registry has answered a mount. */
  private volatile boolean mountsKnown;

  /** Whether the registry has declined to mount a blob. */
  private volatile boolean declines;

  BlobStore(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** Whether the blob is there. */
  boolean has(Descriptor blob) throws IOException {
    String activity = "looking for blob " + blob.digest() + " in " + endpoint.name();
    Request request = new Request(activity, "HEAD", endpoint.uri("blobs/" + blob.digest()));
    return endpoint.send(
        request,
        Access.PUSH,
        answer -> {
          if (answer.status() == 404) {
            return false;
          }
          if (!answer.isSuccess()) {
            throw endpoint.refusal(activity, answer);
          }
          if (answer.length() >= 0 && answer.length() != blob.size()) {
            throw new RegistryException(
                Kind.CORRUPT,
                200,
                activity + ": expected " + blob.size() + " bytes, it has " + answer.length());
          }
          return true;
        });
  }

  /**
   * Opens a blob, unverified.
   *
   * @param offset where to begin
   * @param reference the image, for messages
   */
  BlobStream open(Descriptor blob, long offset, String reference) throws IOException {
    return BlobStream.open(endpoint, blob, offset, reference);
  }

  /** Uploads a blob unless it is there. */
  void upload(Descriptor blob, BlobContent content, Progress progress, OpenUploads open)
      throws IOException {
    if (has(blob)) {
      progress.advance(blob.size());
    } else {
      send(blob, content, progress, open);
    }
  }

  /** Uploads a blob that is not there. */
  void send(Descriptor blob, BlobContent content, Progress progress, OpenUploads open)
      throws IOException {
    run(blob, new BlobUpload(endpoint, this, blob, content, progress), Optional.empty(), open);
  }

  private void run(Descriptor blob, BlobUpload upload, Optional<URI> session, OpenUploads open)
      throws IOException {
    open.begin(upload);
    try {
      upload.run(session);
      uploads.increment();
      uploadedBytes.add(blob.size());
    } finally {
      open.end(upload);
    }
  }

  /** What was uploaded until now. */
  UploadCount uploaded() {
    return new UploadCount(uploads.sum(), uploadedBytes.sum());
  }

  /**
   * Takes a blob over from another repository of the same registry, by name if the registry does
   * that, and by uploading it otherwise, unless it is there. A registry that keeps the blobs of all
   * repositories in one place has nothing to mount: once it declined one, it is asked for the
   * others first.
   */
  void mount(
      Descriptor blob,
      RepositoryName from,
      BlobContent content,
      Progress progress,
      OpenUploads open)
      throws IOException {
    Optional<Mount> first = firstMount(blob, from);
    boolean asked = first.isEmpty() && declines;
    if (asked && has(blob)) {
      progress.advance(blob.size());
      return;
    }
    Mount mount = first.isPresent() ? first.get() : requestMount(blob, from);
    if (mount.done()) {
      progress.advance(blob.size());
      return;
    }
    BlobUpload upload = new BlobUpload(endpoint, this, blob, content, progress);
    if (!asked && has(blob)) {
      upload.discard(mount.session());
      progress.advance(blob.size());
    } else {
      run(blob, upload, mount.session(), open);
    }
  }

  /** Requests the first mount alone: what comes of it decides about the others. */
  private Optional<Mount> firstMount(Descriptor blob, RepositoryName from) throws IOException {
    if (mountsKnown) {
      return Optional.empty();
    }
    synchronized (mounting) {
      if (mountsKnown) {
        return Optional.empty();
      }
      Mount mount = requestMount(blob, from);
      mountsKnown = true;
      return Optional.of(mount);
    }
  }

  private Mount requestMount(Descriptor blob, RepositoryName from) throws IOException {
    String activity = "mounting blob " + blob.digest() + " of " + from + " in " + endpoint.name();
    URI uri =
        endpoint.uri(
            "blobs/uploads/?mount=" + BlobUpload.inQuery(blob.digest()) + "&from=" + from.path());
    List<String> scopes =
        List.of(Access.PUSH.scope(endpoint.name().path()), Access.PULL.scope(from.path()));
    Mount mount;
    try {
      mount =
          endpoint.send(
              new Request(activity, "POST", uri), scopes, answer -> mounted(answer, activity));
    } catch (RegistryException e) {
      if (e.kind() == Kind.UNAVAILABLE) {
        throw e;
      }
      // The login need not reach as far as the other repository, which token servers say in many
      // ways: then this one gets the bytes.
      mount = new Mount(false, Optional.empty());
    }
    if (!mount.done()) {
      declines = true;
    }
    return mount;
  }

  /** What became of a mount: it is done, or there may be a session to upload in. */
  private record Mount(boolean done, Optional<URI> session) {}

  private Mount mounted(Response answer, String activity) throws IOException {
    Optional<String> location = answer.header("Location");
    return answer.status() == 202 && location.isPresent()
        ? new Mount(false, Optional.of(endpoint.follow(answer, location.get(), activity)))
        : new Mount(answer.isSuccess() && answer.status() != 202, Optional.empty());
  }
}
