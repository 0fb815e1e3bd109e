package dev.varve.registry.blob;

import dev.varve.core.image.Descriptor;
import dev.varve.registry.endpoint.Access;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** The blobs of one repository. Methods may be called from several threads. */
public final class BlobStore {
  private final Endpoint endpoint;
  private final Mounts mounts;
  private final UploadTurns turns = new UploadTurns();
  private final LongAdder uploads = new LongAdder();
  private final LongAdder uploadedBytes = new LongAdder();

  /** Creates a store; sends no request yet. */
  public BlobStore(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.mounts = new Mounts(endpoint, this);
  }

  /**
   * Returns whether the repository has a blob.
   *
   * @throws RegistryException if the repository has a blob of another length under this digest
   */
  public boolean has(Descriptor blob) throws IOException {
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
                "%s: expected %d bytes, the registry has %d"
                    .formatted(activity, blob.size(), answer.length()));
          }
          return true;
        });
  }

  /**
   * Opens a blob. The stream does not verify the digest.
   *
   * @param offset the first byte to read
   * @param reference the image, for messages
   * @return a stream that the caller closes
   */
  public InputStream open(Descriptor blob, long offset, String reference) throws IOException {
    return BlobDownload.open(endpoint, blob, offset, reference);
  }

  /** Returns the upload of a blob that the repository may have. */
  public BlobUpload upload(Descriptor blob, BlobContent content) {
    return new BlobUpload(endpoint, this, blob, content, false, Optional.empty());
  }

  /** Returns the upload of a blob that the repository lacks. */
  public BlobUpload uploadMissing(Descriptor blob, BlobContent content) {
    return new BlobUpload(endpoint, this, blob, content, true, Optional.empty());
  }

  /**
   * Returns the upload of a blob that another repository of the registry has. The bytes are sent
   * only if the registry does not mount the blob.
   */
  public BlobUpload upload(Descriptor blob, BlobContent content, RepositoryName mountFrom) {
    return new BlobUpload(endpoint, this, blob, content, false, Optional.of(mountFrom));
  }

  /** Returns the number of blobs and bytes that were uploaded. */
  public UploadCount uploaded() {
    return new UploadCount(uploads.sum(), uploadedBytes.sum());
  }

  /** Counts an uploaded blob. */
  void count(Descriptor uploaded) {
    uploads.increment();
    uploadedBytes.add(uploaded.size());
  }

  Mounts mounts() {
    return mounts;
  }

  UploadTurns turns() {
    return turns;
  }
}
