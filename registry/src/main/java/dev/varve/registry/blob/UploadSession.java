package dev.varve.registry.blob;

import dev.varve.core.image.Digest;
import java.net.URI;

/**
 * An upload that a registry has begun to receive.
 *
 * @param location the address of the next request
 * @param offset the number of bytes that the registry has
 */
record UploadSession(URI location, long offset) {
  /** Begins at the first byte. */
  UploadSession(URI location) {
    this(location, 0);
  }

  /** Returns the address of the request that ends the upload. */
  URI commitLocation(Digest digest) {
    return URI.create(
        location + (location.getRawQuery() == null ? "?" : "&") + "digest=" + inQuery(digest));
  }

  /** Returns a digest as a query contains it. */
  static String inQuery(Digest digest) {
    return digest.toString().replace(":", "%3A");
  }
}
