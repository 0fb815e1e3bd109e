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
 * Mounts blobs from other repositories of the same registry. Some registries share blobs between
 * repositories and decline mounts: the other blobs are looked for first then.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository">OCI
 *     distribution: mounting a blob</a>
 */
final class Mounts {
  private final Endpoint endpoint;
  private final BlobStore blobs;
  private final Object first = new Object();

  /** Whether the registry has responded to a mount. */
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
   * @param lookedFor whether the blob was looked for before the request
   */
  record Mount(boolean done, Optional<UploadSession> session, boolean lookedFor) {}

  /**
   * Finds a blob in the repository, or requests a mount. Once the registry has declined a mount,
   * the blob is looked for first.
   *
   * @return the result; if not done, and not looked for, the repository may have the blob
   */
  Mount find(Descriptor blob, RepositoryName from) throws IOException {
    Optional<Mount> first = requestFirst(blob, from);
    if (first.isPresent()) {
      return first.get();
    }
    boolean looksFirst = declined;
    return looksFirst && blobs.has(blob)
        ? new Mount(true, Optional.empty(), true)
        : request(blob, from, looksFirst);
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
      Mount mount = request(blob, from, false);
      answered = true;
      return Optional.of(mount);
    }
  }

  private Mount request(Descriptor blob, RepositoryName from, boolean lookedFor)
      throws IOException {
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
              new Request(activity, "POST", uri),
              scopes,
              answer -> mounted(answer, activity, lookedFor));
    } catch (RegistryException e) {
      if (e.kind() == Kind.UNAVAILABLE) {
        throw e;
      }
      // The login may not permit reading the other repository, which token servers report in many
      // ways. The blob is uploaded then.
      mount = new Mount(false, Optional.empty(), lookedFor);
    }
    if (!mount.done()) {
      declined = true;
    }
    return mount;
  }

  private Mount mounted(Response answer, String activity, boolean lookedFor) throws IOException {
    Optional<String> location = answer.header("Location");
    if (answer.status() == 202 && location.isPresent()) {
      URI session = endpoint.follow(answer, location.get(), activity);
      return new Mount(false, Optional.of(new UploadSession(session)), lookedFor);
    }
    return new Mount(answer.isSuccess() && answer.status() != 202, Optional.empty(), lookedFor);
  }
}
