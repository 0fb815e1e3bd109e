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
 * Requests that take a blob over from another repository of the same registry, by name. A registry
 * that keeps the blobs of all repositories in one place has nothing to mount, and declines.
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
   * The registry's answer to a mount.
   *
   * @param done whether the repository has the blob now
   * @param session the upload that the registry began in place of a mount, to be used or ended
   */
  record Mount(boolean done, Optional<UploadSession> session) {}

  /**
   * Finds a blob in the repository, or requests a mount. A registry that has declined a mount is
   * asked for the blob first.
   *
   * @return a mount that is done if the repository has the blob
   */
  Mount find(Descriptor blob, RepositoryName from) throws IOException {
    Optional<Mount> first = requestFirst(blob, from);
    boolean asksFirst = first.isEmpty() && declined;
    if (asksFirst && blobs.has(blob)) {
      return new Mount(true, Optional.empty());
    }
    Mount mount = first.isPresent() ? first.get() : request(blob, from);
    return mount.done() || asksFirst || !blobs.has(blob) ? mount : new Mount(true, mount.session());
  }

  /**
   * Requests a mount, alone, if the registry has not answered one: what it answers decides how the
   * other blobs are requested.
   *
   * @return empty if the registry has answered a mount before
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
      // The login may not be allowed to read the other repository, which token servers say in many
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
