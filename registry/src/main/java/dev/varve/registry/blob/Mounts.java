package dev.varve.registry.blob;

import dev.varve.core.image.Descriptor;
import dev.varve.registry.endpoint.Access;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Mounts blobs from other repositories of the same registry. A registry that stores the blobs of
 * all repositories in one place may decline, because it has nothing to mount.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository">OCI
 *     distribution: mounting a blob</a>
 */
final class Mounts {
  private final Endpoint endpoint;
  private final BlobStore blobs;
  private final Object first = new Object();

  /** Whether the registry has answered a mount. */
  private volatile boolean answered;

  /** Whether the registry has declined to mount a blob. */
  private volatile boolean declined;

  Mounts(Endpoint endpoint, BlobStore blobs) {
    this.endpoint = endpoint;
    this.blobs = blobs;
  }

  /**
   * The registry's response to a mount request.
   *
   * @param done whether the repository has the blob now
   * @param session the upload session that the registry began instead; the caller uses or ends it
   */
  record Mount(boolean done, Optional<UploadSession> session) {}

  /**
   * Finds a blob in the repository, or requests a mount. Once the registry has declined a mount,
   * the blob is looked for first.
   *
   * @return the answer; done if the repository has the blob
   */
  Mount find(Descriptor blob, RepositoryName from) throws IOException {
    Optional<Mount> first = requestFirst(blob, from);
    boolean blobFirst = first.isEmpty() && declined;
    if (blobFirst && blobs.has(blob)) {
      return new Mount(true, Optional.empty());
    }
    Mount mount = first.isPresent() ? first.get() : request(blob, from);
    return mount.done() || blobFirst || !blobs.has(blob) ? mount : new Mount(true, mount.session());
  }

  /**
   * Requests a mount, and no other at the same time, if the registry has not responded to one yet:
   * the response determines how the other blobs are requested.
   *
   * @return the response; empty if the registry has responded to a mount before
   */
  private Optional<Mount> requestFirst(Descriptor blob, RepositoryName from) throws IOException {
    if (answered) {
      return Optional.empty();
    }
    synchronized (first) {
      if (answered) {
        return Optional.empty();
      }
      Mount mount = request(blob, from);
      answered = true;
      return Optional.of(mount);
    }
  }

  private Mount request(Descriptor blob, RepositoryName from) throws IOException {
    String activity = "mounting blob " + blob.digest() + " of " + from + " in " + endpoint.name();
    URI uri =
        endpoint.uri(
            "blobs/uploads/?mount="
                + UploadSession.inQuery(blob.digest())
                + "&from="
                + from.path());
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
      // The login may not permit reading the other repository, which token servers report in many
      // ways. The blob is uploaded then.
      mount = new Mount(false, Optional.empty());
    }
    if (!mount.done()) {
      declined = true;
    }
    return mount;
  }

  private Mount mounted(Response answer, String activity) throws IOException {
    Optional<String> location = answer.header("Location");
    if (answer.status() == 202 && location.isPresent()) {
      URI session = endpoint.follow(answer, location.get(), activity);
      return new Mount(false, Optional.of(new UploadSession(session)));
    }
    return new Mount(answer.isSuccess() && answer.status() != 202, Optional.empty());
  }
}
