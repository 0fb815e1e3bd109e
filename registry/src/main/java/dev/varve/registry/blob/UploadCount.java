package dev.varve.registry.blob;

/**
 * What was uploaded to a repository, by this client and since it was opened. What was there already
 * or was mounted doesn't count.
 *
 * @param blobs how many blobs
 * @param bytes how long they are together
 */
public record UploadCount(long blobs, long bytes) {
  /** How much more this is than an earlier count. */
  public UploadCount since(UploadCount earlier) {
    return new UploadCount(blobs - earlier.blobs, bytes - earlier.bytes);
  }
}
