package dev.varve.registry;

import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.image.VerifyingInputStream;
import dev.varve.registry.blob.BlobStore;
import dev.varve.registry.name.RepositoryName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a repository's content by descriptor. Documents that are known are not requested again. */
final class RepositoryBlobs implements BlobSource {
  private final RepositoryName repository;
  private final String reference;
  private final ManifestStore manifests;
  private final BlobStore blobs;
  private final Referrers referrers;
  private final Map<Digest, Document> known;

  RepositoryBlobs(
      RepositoryName repository,
      String reference,
      ManifestStore manifests,
      BlobStore blobs,
      Referrers referrers) {
    this(repository, reference, manifests, blobs, referrers, Map.of());
  }

  private RepositoryBlobs(
      RepositoryName repository,
      String reference,
      ManifestStore manifests,
      BlobStore blobs,
      Referrers referrers,
      Map<Digest, Document> known) {
    this.repository = repository;
    this.reference = reference;
    this.manifests = manifests;
    this.blobs = blobs;
    this.referrers = referrers;
    this.known = Map.copyOf(known);
  }

  /** Returns a copy that knows this document. */
  RepositoryBlobs with(Document document) {
    Map<Digest, Document> more = new HashMap<>(known);
    more.put(document.descriptor().digest(), document);
    return new RepositoryBlobs(repository, reference, manifests, blobs, referrers, more);
  }

  RepositoryName repository() {
    return repository;
  }

  List<Descriptor> referrers(Digest subject) throws IOException {
    return referrers.of(subject);
  }

  /**
   * Reads an artifact's manifest; empty if it was deleted, since the list of referrers may be out
   * of date.
   */
  Optional<Manifest> artifact(Descriptor referrer) throws IOException {
    try {
      return Optional.of(manifest(referrer));
    } catch (MissingBlobException e) {
      return Optional.empty();
    }
  }

  @Override
  public String reference() {
    return reference;
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    InputStream in =
        MediaTypes.isManifest(blob.mediaType()) || MediaTypes.isIndex(blob.mediaType())
            ? new ByteArrayInputStream(document(blob))
            : blobs.open(blob, 0, reference);
    return new VerifyingInputStream(in, blob, reference);
  }

  @Override
  public InputStream openUnverified(Descriptor blob, long offset) throws IOException {
    return blobs.open(blob, offset, reference);
  }

  private byte[] document(Descriptor blob) throws IOException {
    Document document = known.get(blob.digest());
    if (document == null) {
      Optional<Document> read = manifests.get(blob.digest().toString());
      document = read.orElseThrow(() -> new MissingBlobException(reference, blob));
    }
    return document.bytes();
  }

  @Override
  public void close() {
    // The registry closes the connections.
  }
}
