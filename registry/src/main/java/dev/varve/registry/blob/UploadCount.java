package dev.varve.registry.blob;

/**
 * The uploads to a repository by this client. Blobs that the repository had or the registry mounted
 * are not counted.
 *
 * @param blobs the number of blobs
 * @param bytes their total size
 */
public record UploadCount(long blobs, long bytes) {
  /** Returns the difference to an earlier count. */
  public UploadCount since(UploadCount earlier) {
    return new UploadCount(blobs - earlier.blobs, bytes - earlier.bytes);
  }
}
