package dev.varve.registry;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.Manifest;
import dev.varve.core.json.MalformedJsonException;

/**
 * A manifest or an index, byte for byte as in a registry. The byte array is shared and must not be
 * modified.
 */
final class Document {
  private final Descriptor descriptor;
  private final byte[] bytes;

  private Document(Descriptor descriptor, byte[] bytes) {
    this.descriptor = descriptor;
    this.bytes = bytes;
  }

  static Document of(String mediaType, byte[] bytes) {
    return of(mediaType, bytes, Digest.Algorithm.SHA256);
  }

  /** Returns a document whose digest uses {@code algorithm}. */
  static Document of(String mediaType, byte[] bytes, Digest.Algorithm algorithm) {
    return new Document(new Descriptor(mediaType, algorithm.of(bytes), bytes.length), bytes);
  }

  static Document of(Manifest manifest) {
    return new Document(manifest.descriptor(), manifest.toBytes());
  }

  static Document of(ImageIndex index) throws MalformedJsonException {
    return new Document(index.descriptor(), index.toBytes());
  }

  /** The media type, digest and size. */
  Descriptor descriptor() {
    return descriptor;
  }

  byte[] bytes() {
    return bytes;
  }
}
