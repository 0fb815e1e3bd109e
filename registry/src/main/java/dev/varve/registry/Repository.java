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
import dev.varve.registry.http.RegistryException.Kind;
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
 * One repository of a registry. Methods may be called from several threads; all fail with a {@link
 * RegistryException} where the registry doesn't do what it is asked.
 */
public final class Repository {
  private final Endpoint endpoint;
  private final Progress progress;
  private final ManifestStore manifests;
  private final BlobStore blobs;
  private final Referrers referrers;
  private final ProvenBlobs proven;

  /**
   * Asks nothing yet.
   *
   * @param checking what is known of the registry
   */
  Repository(Endpoint endpoint, BlobChecking checking, Progress progress) {
    this.proven = new ProvenBlobs(checking);
    this.endpoint = endpoint;
    this.progress = progress;
    this.manifests = new ManifestStore(endpoint);
    this.blobs = new BlobStore(endpoint);
    this.referrers = new Referrers(endpoint, manifests);
  }

  /** Its name. */
  public RepositoryName name() {
    return endpoint.name();
  }

  /**
   * All tags, sorted; none if there is no such repository yet.
   *
   * @throws RegistryException if they can't be listed, which is not the same as none
   */
  public List<String> tags() throws IOException {
    return new TagList(endpoint).all();
  }

  /**
   * What a tag or digest leads to, without reading it.
   *
   * @param reference a tag, or a digest as {@code sha256:…}
   * @return media type, digest and size of the manifest or index; empty if there is none
   */
  public Optional<Descriptor> find(String reference) throws IOException {
    return manifests.find(reference);
  }

  /**
   * What a tag or digest leads to, without reading it.
   *
   * @param name the image as the user named it, transport included, for messages
   * @throws RegistryException if there is none; it says what there is
   */
  public Descriptor resolve(String reference, String name) throws IOException {
    Optional<Descriptor> found = find(reference);
    if (found.isEmpty()) {
      throw new TagList(endpoint).missing(reference, name);
    }
    return found.get();
  }

  /** Reads a manifest, verified. */
  public Manifest manifest(Descriptor manifest) throws IOException {
    return source(name().toString()).manifest(manifest);
  }

  /**
   * Reads an artifact's manifest, verified.
   *
   * @param artifact as {@link #referrers} lists it
   * @return empty if it is gone: where clients keep the list, it still names what was deleted
   */
  public Optional<Manifest> listed(Descriptor artifact) throws IOException {
    return source(name().toString()).listed(artifact);
  }

  /** Reads an index, verified. */
  public ImageIndex index(Descriptor index) throws IOException {
    return source(name().toString()).index(index);
  }

  /** Descriptors of the artifacts that have a manifest as their subject, with their types. */
  public List<Descriptor> referrers(Digest subject) throws IOException {
    return referrers.of(subject);
  }

  /**
   * The blobs of a manifest that nothing shows to be there: the registry does not vouch for them,
   * and no image that was written through this was found to share them with an earlier one.
   */
  public List<Descriptor> unproven(Manifest manifest) {
    return proven.lacking(manifest);
  }

  /** Whether a blob is there. */
  public boolean has(Descriptor blob) throws IOException {
    return blobs.has(blob);
  }

  /**
   * Opens a blob. The stream verifies it, and goes on where it was when the connection breaks.
   *
   * @return to be closed
   */
  public InputStream open(Descriptor blob) throws IOException {
    return source(name().toString()).open(blob);
  }

  /**
   * Reads a blob that is small, verified.
   *
   * @param what it is, for messages
   * @param most the most bytes that it may have
   */
  public byte[] read(Descriptor blob, String what, int most) throws IOException {
    return source(name().toString()).read(blob, what, most);
  }

  /**
   * Uploads a blob, unless it is there.
   *
   * @param bytes all of it
   */
  public void upload(Descriptor blob, byte[] bytes) throws IOException {
    blobs.upload(blob, BlobContent.of(bytes)).run(Progress.SILENT);
  }

  /**
   * Uploads a blob, unless it is there.
   *
   * @param file has all of it, and nothing else
   */
  public void upload(Descriptor blob, Path file) throws IOException {
    blobs.upload(blob, BlobContent.of(file)).run(progress);
  }

  /**
   * Attaches a blob to a manifest or an index, as an artifact that refers to it.
   *
   * @param subject what it is attached to
   * @param artifactType what the artifact is
   * @param blob is there
   * @param annotations of the artifact
   * @return the artifact
   */
  public Descriptor attach(
      Descriptor subject, String artifactType, Descriptor blob, Map<String, String> annotations)
      throws IOException {
    byte[] nothing = "{}".getBytes(StandardCharsets.US_ASCII);
    Descriptor config = Descriptor.of(MediaTypes.OCI_EMPTY, nothing);
    upload(config, nothing);
    Descriptor known = new Descriptor(subject.mediaType(), subject.digest(), subject.size());
    return put(
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            Optional.of(artifactType),
            config,
            List.of(blob),
            Optional.of(known),
            annotations),
        List.of());
  }

  /**
   * Uploads a blob, unless it is there.
   *
   * @param from is read, again where that is needed, and closed by whoever opened it
   */
  public void upload(BlobSource from, Descriptor blob) throws IOException {
    blobs.upload(blob, BlobContent.of(from, blob)).run(Progress.SILENT);
  }

  /**
   * Puts a manifest under its digest and under tags, in this order, and sees to it that its subject
   * knows of it.
   *
   * @param manifest names only blobs that are there
   */
  public Descriptor put(Manifest manifest, List<String> tags) throws IOException {
    return tag(putByDigest(manifest), tags);
  }

  /**
   * Puts an index under its digest and under tags, in this order.
   *
   * @param index names only manifests that are there
   */
  public Descriptor put(ImageIndex index, List<String> tags) throws IOException {
    return tag(putByDigest(index), tags);
  }

  /**
   * Makes tags lead to what is there, one after another. A tag that leads elsewhere is moved.
   *
   * @param reference the digest of a manifest or an index
   * @return its descriptor
   */
  public Descriptor tag(Digest reference, List<String> tags) throws IOException {
    Document document =
        manifests
            .get(reference.toString())
            .orElseThrow(
                () ->
                    new RegistryException(
                        Kind.NOT_FOUND,
                        404,
                        "tagging %s as %s: %s has no such image"
                            .formatted(reference, String.join(", ", tags), name())));
    return tag(document, tags);
  }

  /** What was uploaded through this until now. */
  public UploadCount uploaded() {
    return blobs.uploaded();
  }

  /** Puts a manifest under its digest, and sees to it that its subject knows of it. */
  Document putByDigest(Manifest manifest) throws IOException {
    Document document = Document.of(manifest);
    boolean listed = manifests.put(document, document.descriptor().digest().toString());
    proven.accept(manifest);
    Optional<Descriptor> subject = manifest.subject();
    if (!listed && subject.isPresent()) {
      referrers.keep(subject.get().digest(), manifest);
    }
    return document;
  }

  /** Finds out whether the registry refuses a manifest one blob of which is missing. */
  void tryWithout(Digest blob, Manifest manifest) throws IOException {
    if (proven.checking().isUnknown()) {
      proven.checking().found(manifests.isRefused(Document.of(manifest), blob));
    }
  }

  /** What is known of blobs without asking for each. */
  ProvenBlobs proven() {
    return proven;
  }

  /** Whether a source is an image in this repository. */
  boolean isPlaceOf(BlobSource source) {
    return source.place() instanceof RegistryImage image && image.repository().equals(name());
  }

  /** Puts an index under its digest. */
  Document putByDigest(ImageIndex index) throws IOException {
    Document document = Document.of(index);
    manifests.put(document, document.descriptor().digest().toString());
    return document;
  }

  /** Makes tags lead to what is there. */
  Descriptor tag(Document document, List<String> tags) throws IOException {
    for (String tag : tags) {
      manifests.put(document, tag);
    }
    return document.descriptor();
  }

  /**
   * Deletes what a tag or digest names. Where the registry can't delete a tag alone, its manifest
   * goes, with all its other tags.
   */
  public void delete(String reference) throws IOException {
    manifests.delete(reference);
  }

  /**
   * Opens an image.
   *
   * @param reference a tag or a digest
   * @param platform chooses where that leads to an index
   * @param name the image as the user named it, transport included, for messages
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
   * Begins an image, or an index of several. Blobs are uploaded as they come; only {@code commit}
   * puts manifests, and the tags last.
   *
   * @param tags all lead to the one image; with none it has its digest alone
   * @param scratch a directory where new blobs wait until this is closed
   * @param name the destination as the user named it, transport included, for messages
   * @throws IllegalArgumentException if registries don't take one of the tags
   */
  public IndexSink sink(List<String> tags, Path scratch, String name) {
    tags.forEach(ImageName::requireTag);
    return new RegistrySink(this, tags, scratch, name, progress);
  }

  /** What a tag or digest leads to; empty if there is none. */
  Optional<Document> document(String reference) throws IOException {
    return manifests.get(reference);
  }

  /** Returns the newest tag; empty if there is none, or if listing them takes several pages. */
  Optional<String> newestTag() throws IOException {
    return new TagList(endpoint).newest();
  }

  RepositoryBlobs source(String reference) {
    return new RepositoryBlobs(name(), reference, manifests, blobs, referrers);
  }

  BlobStore blobs() {
    return blobs;
  }
}
