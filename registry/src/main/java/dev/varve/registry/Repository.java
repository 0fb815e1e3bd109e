package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.PlatformChoice;
import dev.varve.registry.blob.BlobContent;
import dev.varve.registry.blob.BlobStore;
import dev.varve.registry.blob.UploadCount;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.name.ImageName;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A repository of a registry. Methods may be called from several threads; all throw a {@link
 * RegistryException} if the registry does not fulfil a request.
 */
public final class Repository {
  private final Endpoint endpoint;
  private final Progress progress;
  private final ManifestStore manifests;
  private final BlobStore blobs;
  private final Referrers referrers;
  private final ProvenBlobs proven;

  /**
   * Creates a repository; sends no request yet.
   *
   * @param checking whether the registry refuses manifests with missing blobs
   */
  Repository(Endpoint endpoint, BlobChecking checking, Progress progress) {
    this.proven = new ProvenBlobs(checking);
    this.endpoint = endpoint;
    this.progress = progress;
    this.manifests = new ManifestStore(endpoint);
    this.blobs = new BlobStore(endpoint);
    this.referrers = new Referrers(endpoint, manifests);
  }

  /** The name of the repository. */
  public RepositoryName name() {
    return endpoint.name();
  }

  /**
   * Returns all tags, sorted; none if the repository does not exist yet.
   *
   * @throws RegistryException if the tags can't be listed
   */
  public List<String> tags() throws IOException {
    return new TagList(endpoint).all();
  }

  /**
   * Returns the tags of images, sorted: all but those that stand for a digest, which signatures and
   * other artifacts have.
   *
   * @throws RegistryException if the tags can't be listed
   */
  public List<String> imageTags() throws IOException {
    return new TagList(endpoint).allOfImages();
  }

  /**
   * Returns the descriptor that a tag or digest points to, without reading the document.
   *
   * @param reference a tag, or a digest as {@code sha256:…}
   * @return media type, digest and size; empty if there is no such tag or digest
   */
  public Optional<Descriptor> find(String reference) throws IOException {
    return manifests.find(reference);
  }

  /**
   * Returns the descriptor that a tag or digest points to, without reading the document.
   *
   * @param name the image as the user named it, including the transport, for messages
   * @throws RegistryException if it does not exist; the message names the last tags
   */
  public Descriptor resolve(String reference, String name) throws IOException {
    Optional<Descriptor> descriptor = find(reference);
    if (descriptor.isEmpty()) {
      throw new TagList(endpoint).missing(reference, name);
    }
    return descriptor.get();
  }

  /** Reads and verifies a manifest. */
  public Manifest manifest(Descriptor manifest) throws IOException {
    return source(name().toString()).manifest(manifest);
  }

  /**
   * Reads and verifies an artifact's manifest.
   *
   * @param referrer a descriptor from {@link #referrers}
   * @return the manifest; empty if it was deleted, since a list of referrers that clients maintain
   *     may be out of date
   */
  public Optional<Manifest> artifact(Descriptor referrer) throws IOException {
    return source(name().toString()).artifact(referrer);
  }

  /** Reads and verifies an index. */
  public ImageIndex index(Descriptor index) throws IOException {
    return source(name().toString()).index(index);
  }

  /**
   * Returns the descriptors of the artifacts whose subject is a manifest, with their artifact
   * types.
   */
  public List<Descriptor> referrers(Digest subject) throws IOException {
    return referrers.of(subject);
  }

  /**
   * Returns the blobs of a manifest that are not proven to be in the repository: the registry does
   * not vouch for them, and no image written by this client was found to share them with an earlier
   * image.
   */
  public List<Descriptor> unproven(Manifest manifest) {
    return proven.unproven(manifest);
  }

  /** Returns whether the repository has a blob. */
  public boolean has(Descriptor blob) throws IOException {
    return blobs.has(blob);
  }

  /**
   * Opens a blob. The stream verifies the digest, and resumes if the connection breaks.
   *
   * @return a stream that the caller closes
   */
  public InputStream open(Descriptor blob) throws IOException {
    return source(name().toString()).open(blob);
  }

  /**
   * Reads and verifies a small blob.
   *
   * @param what what the blob is, for messages
   * @param most the most bytes that it may have
   */
  public byte[] read(Descriptor blob, String what, int most) throws IOException {
    return source(name().toString()).read(blob, what, most);
  }

  /**
   * Uploads a blob, unless the repository has it.
   *
   * @param bytes the whole blob
   */
  public void upload(Descriptor blob, byte[] bytes) throws IOException {
    blobs.upload(blob, BlobContent.of(bytes)).run(Progress.SILENT);
  }

  /** Uploads a blob, which is all of a file, unless the repository has it. */
  public void upload(Descriptor blob, Path file) throws IOException {
    blobs.upload(blob, BlobContent.of(file)).run(progress);
  }

  /**
   * Attaches a blob to a manifest or an index: pushes an artifact with this blob as its layer.
   *
   * @param subject the manifest or index to attach to
   * @param artifactType the type of the artifact
   * @param blob a blob that the repository has
   * @param annotations the annotations of the artifact
   * @return the descriptor of the artifact
   */
  public Descriptor attach(
      Descriptor subject, String artifactType, Descriptor blob, Map<String, String> annotations)
      throws IOException {
    byte[] emptyJson = "{}".getBytes(StandardCharsets.US_ASCII);
    Descriptor config = Descriptor.of(MediaTypes.OCI_EMPTY, emptyJson);
    upload(config, emptyJson);
    return put(Manifest.artifact(subject, artifactType, config, blob, annotations), List.of());
  }

  /**
   * Uploads a blob, unless the repository has it.
   *
   * @param from the source of the blob, which may be read more than once; the caller closes it
   */
  public void upload(BlobSource from, Descriptor blob) throws IOException {
    blobs.upload(blob, BlobContent.of(from, blob)).run(Progress.SILENT);
  }

  /**
   * Pushes a manifest by its digest, and then moves tags to it, in this order. Ensures that it is
   * listed among the referrers of its subject.
   *
   * @param manifest a manifest whose blobs the repository has
   * @throws RegistryException also if the repository lacks one of the blobs; then no tag is moved
   */
  public Descriptor put(Manifest manifest, List<String> tags) throws IOException {
    Document document = putByDigest(manifest);
    requireBlobs(manifest);
    return tag(document, tags);
  }

  /** Returns whether the repository has all of these blobs, by asking for each. */
  boolean hasAll(List<Descriptor> blobs) throws IOException {
    for (Descriptor blob : blobs) {
      if (!has(blob)) {
        return false;
      }
    }
    return true;
  }

  /** Requires the blobs of a manifest, which some registries accept without its blobs. */
  void requireBlobs(Manifest manifest) throws IOException {
    for (Descriptor blob : unproven(manifest)) {
      if (!has(blob)) {
        throw new RegistryException(
            RegistryException.Kind.CORRUPT,
            0,
            "pushing manifest %s to %s: the registry has lost blob %s, which it had confirmed; push again"
                .formatted(manifest.descriptor().digest(), name(), blob.digest()));
      }
    }
  }

  /**
   * Pushes an index by its digest, and then moves tags to it, in this order.
   *
   * @param index an index whose manifests the repository has
   */
  public Descriptor put(ImageIndex index, List<String> tags) throws IOException {
    return tag(putByDigest(index), tags);
  }

  /**
   * Points tags to a manifest or an index in the repository, one after another. A tag that exists
   * is moved.
   *
   * @param reference the digest of the manifest or index, which the repository has
   * @return the descriptor of the manifest or index
   */
  public Descriptor tag(Digest reference, List<String> tags) throws IOException {
    String activity = "tagging %s as %s".formatted(reference, String.join(", ", tags));
    return tag(manifests.require(reference, activity), tags);
  }

  /** Returns the number of blobs and bytes that this client has uploaded. */
  public UploadCount uploaded() {
    return blobs.uploaded();
  }

  /**
   * Pushes a manifest by its digest, and ensures that it is listed among the referrers of its
   * subject.
   */
  Document putByDigest(Manifest manifest) throws IOException {
    Document document = Document.of(manifest);
    boolean listed = manifests.put(document, document.descriptor().digest().toString());
    proven.accept(manifest);
    Optional<Descriptor> subject = manifest.subject();
    if (!listed && subject.isPresent()) {
      referrers.addToIndex(subject.get().digest(), manifest);
    }
    return document;
  }

  /** Finds out whether the registry refuses a manifest with a missing blob. */
  void tryWithout(Digest blob, Manifest manifest) throws IOException {
    if (proven.checking().isUnknown()) {
      proven.checking().record(manifests.isRefused(Document.of(manifest), blob));
    }
  }

  /** The blobs that the repository is known to have. */
  ProvenBlobs proven() {
    return proven;
  }

  /** Returns whether a source is an image in this repository. */
  boolean isPlaceOf(BlobSource source) {
    return source.place() instanceof RegistryImage image && image.repository().equals(name());
  }

  /** Pushes an index by its digest. */
  Document putByDigest(ImageIndex index) throws IOException {
    Document document = Document.of(index);
    manifests.put(document, document.descriptor().digest().toString());
    return document;
  }

  /** Points tags to a document in the repository. */
  Descriptor tag(Document document, List<String> tags) throws IOException {
    for (String tag : tags) {
      manifests.put(document, tag);
    }
    return document.descriptor();
  }

  /**
   * Deletes a tag, or the manifest or index with a digest. If the registry can't delete a tag
   * alone, it deletes the manifest with all of its tags.
   */
  public void delete(String reference) throws IOException {
    manifests.delete(reference);
  }

  /**
   * Deletes an artifact. In a registry without the referrers API, also removes it from the list of
   * its subject's referrers.
   */
  public void delete(Manifest artifact) throws IOException {
    Digest digest = artifact.descriptor().digest();
    manifests.delete(digest.toString());
    if (artifact.subject().isPresent()) {
      referrers.removeFromIndex(artifact.subject().get().digest(), digest);
    }
  }

  /**
   * Opens an image.
   *
   * @param reference a tag or a digest
   * @param platform the choice of the platform if the reference points to an index
   * @param name the image as the user named it, including the transport, for messages
   */
  public ImageSource image(String reference, PlatformChoice platform, String name)
      throws IOException {
    Optional<Document> root = manifests.get(reference);
    if (root.isEmpty()) {
      throw new TagList(endpoint).missing(reference, name);
    }
    return RegistryImage.open(source(name), root.get(), platform);
  }

  /**
   * Begins to write an image, or an index of several images. Blobs are uploaded as they are
   * written; {@code commit} pushes the manifests, and moves the tags last.
   *
   * @param tags the tags of the image; without any it has only a digest
   * @param scratch a directory for new blobs until the sink is closed
   * @param name the destination as the user named it, including the transport, for messages
   * @throws IllegalArgumentException if one of the tags is malformed
   */
  public IndexSink sink(List<String> tags, Path scratch, String name) {
    tags.forEach(ImageName::requireTag);
    return new RegistrySink(this, tags, scratch, name, progress);
  }

  /** Reads the document that a tag or digest points to; empty without one. */
  Optional<Document> document(String reference) throws IOException {
    return manifests.get(reference);
  }

  /** Returns the newest tag; empty if there is none, or if the tags have more than one page. */
  Optional<String> newestTag() throws IOException {
    return new TagList(endpoint).newest();
  }

  /**
   * Returns the content of the repository.
   *
   * @param reference the image as the user named it, transport included, for messages
   */
  RepositoryBlobs source(String reference) {
    return new RepositoryBlobs(name(), reference, manifests, blobs, referrers);
  }

  BlobStore blobs() {
    return blobs;
  }
}
