package dev.varve.registry.blob;

import dev.varve.core.image.Digest;
import java.net.URI;

/**
 * The state of an upload that a registry has begun.
 *
 * @param location the address of the next request
 * @param offset the number of bytes that the registry has
 */
record UploadSession(URI location, long offset) {
  /** Creates a session at offset 0. */
  UploadSession(URI location) {
    this(location, 0);
  }

  /** Returns the address of the request that commits the blob. */
  URI commitLocation(Digest digest) {
    return URI.create(
        location + (location.getRawQuery() == null ? "?" : "&") + "digest=" + inQuery(digest));
  }

  /** Returns a digest, encoded for a query. */
  static String inQuery(Digest digest) {
    return digest.toString().replace(":", "%3A");
  }
}
