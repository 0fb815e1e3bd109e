package dev.varve.registry;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.bytes.Progress;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.LostBlobsException;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.image.VerifyingInputStream;
import dev.varve.registry.blob.BlobContent;
import dev.varve.registry.blob.BlobUpload;
import dev.varve.registry.blob.Spools;
import dev.varve.registry.blob.UploadQueue;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes an image to a registry. A new blob is first written to a file, to compute its digest, and
 * is then uploaded while others are written. When the registry has all blobs, the image's manifest
 * is pushed, then its artifacts, and the tags last.
 *
 * <p>Some registries refuse a manifest with a missing blob. From such a registry, an accepted
 * manifest proves that all its blobs are there. To find out, one small blob is held back and the
 * manifest is pushed before that blob, which follows in any case.
 */
final class RegistrySink implements IndexSink {
  /** The greatest length of a blob that is held back, in bytes. */
  private static final long MOST_HELD_BACK = 4 << 20;

  private static final Set<String> CONFIGS =
      Set.of(MediaTypes.OCI_CONFIG, MediaTypes.DOCKER_CONFIG, MediaTypes.OCI_EMPTY);

  /** The number of blobs that are uploaded at once. */
  private static final int AT_ONCE = 4;

  private final Repository repository;
  private final List<String> tags;
  private final String reference;
  private final Spools spools;
  private final UploadQueue uploads;

  /** The blobs that the repository has or will have. */
  private final Set<Digest> promised = ConcurrentHashMap.newKeySet();

  private final PublishedBlobs published;
  private final AssumedBlobs assumed;

  RegistrySink(
      Repository repository, List<String> tags, Path scratch, String reference, Progress progress) {
    this.repository = repository;
    this.tags = List.copyOf(tags);
    this.reference = reference;
    this.spools = new Spools(scratch, reference);
    this.uploads = new UploadQueue(reference, AT_ONCE, progress);
    this.published = new PublishedBlobs(repository, tags);
    this.assumed = new AssumedBlobs(repository, uploads, reference);
  }

  @Override
  public String reference() {
    return reference;
  }

  @Override
  public BlobWriter newBlob() throws IOException {
    uploads.requireNoFailure();
    return spools.begin(this::uploadNew);
  }

  private void uploadNew(Descriptor blob) throws IOException {
    // A blob that was to be reused may be written after all, if its source has lost it.
    if (promised.add(blob.digest()) || assumed.remove(blob.digest())) {
      BlobContent content = BlobContent.of(spools.file(blob).orElseThrow());
      if (mayBeHeldBack(blob)) {
        uploads.holdBack(repository.blobs().upload(blob, content));
      } else {
        uploads.add(repository.blobs().upload(blob, content));
      }
    }
  }

  /**
   * Whether a blob may be held back. Not a config: a registry that reads configs refuses a manifest
   * without one, and may still accept a manifest without its layers.
   */
  private boolean mayBeHeldBack(Descriptor blob) {
    return repository.proven().checking().isUnknown()
        && blob.size() <= MOST_HELD_BACK
        && !CONFIGS.contains(blob.mediaType());
  }

  @Override
  public void reuse(BlobSource from, Descriptor blob) throws IOException {
    uploads.requireNoFailure();
    if (!promised.add(blob.digest())) {
      return;
    }
    if (repository.isPlaceOf(from)) {
      assumed.add(blob, from);
      return;
    }
    boolean done = false;
    try {
      uploadOrMount(from, blob);
      done = true;
    } finally {
      if (!done) {
        promised.remove(blob.digest());
      }
    }
  }

  private void uploadOrMount(BlobSource from, Descriptor blob) throws IOException {
    RepositoryName other = mountable(from);
    // A mount takes one request, and so does asking for an assumed blob later.
    boolean mayAssume = other == null || repository.proven().checking().refuses();
    if (mayAssume && published.contains(blob)) {
      assumed.add(blob, from);
      return;
    }
    BlobContent content = BlobContent.of(from, blob);
    if (other != null) {
      uploads.add(repository.blobs().upload(blob, content, other));
    } else if (!assumed.isEmpty() && mayBeHeldBack(blob)) {
      uploads.holdBack(repository.blobs().upload(blob, content));
    } else {
      // In this thread: the caller may close the source after this, and reads several sources in
      // parallel.
      uploads.run(repository.blobs().upload(blob, content), Progress.SILENT);
    }
  }

  /** Returns the source's repository if it is another repository of this registry; else null. */
  private @Nullable RepositoryName mountable(BlobSource from) {
    return from.place() instanceof RegistryImage image
            && image.repository().host().equals(repository.name().host())
        ? image.repository()
        : null;
  }

  @Override
  public void settle() throws IOException {
    uploads.finish();
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    Optional<Path> file = spools.file(blob);
    BlobUpload last = uploads.heldBack();
    InputStream in;
    if (file.isPresent()) {
      in = FileInput.open(file.get());
    } else if (last != null && last.blob().digest().equals(blob.digest())) {
      in = last.content().open(0);
    } else {
      in = repository.blobs().open(blob, 0, reference);
    }
    return new VerifyingInputStream(in, blob, reference);
  }

  @Override
  public Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts)
      throws IOException {
    requirePromised(manifest);
    artifacts.forEach(this::requirePromised);
    finishUploads();
    // Nothing is referenced before it exists: first the image, then its artifacts, then the tags.
    Document image = put(manifest);
    putAll(artifacts);
    confirm();
    return repository.tag(image, tags);
  }

  @Override
  public Descriptor add(Manifest manifest) throws IOException {
    requirePromised(manifest);
    finishUploads();
    return put(manifest).descriptor();
  }

  @Override
  public Descriptor add(ImageIndex index) throws IOException {
    uploads.finish();
    return repository.putByDigest(index).descriptor();
  }

  @Override
  public Descriptor commit(ImageIndex index, List<Manifest> artifacts) throws IOException {
    artifacts.forEach(this::requirePromised);
    finishUploads();
    Document images = repository.putByDigest(index);
    putAll(artifacts);
    confirm();
    return repository.tag(images, tags);
  }

  @Override
  public Descriptor attach(Manifest artifact) throws IOException {
    requirePromised(artifact);
    finishUploads();
    Document attached = put(artifact);
    confirm();
    repository.requireBlobs(artifact);
    return attached.descriptor();
  }

  /**
   * Waits for all uploads, except the one held back if putting the manifest without it is still
   * useful.
   */
  private void finishUploads() throws IOException {
    if (assumed.isEmpty() || !repository.proven().checking().isUnknown()) {
      BlobUpload last = uploads.takeHeldBack();
      if (last != null) {
        uploads.add(last);
      }
    }
    uploads.finish();
  }

  private void putAll(List<Manifest> artifacts) throws IOException {
    for (Manifest artifact : artifacts) {
      put(artifact);
    }
  }

  /**
   * Puts a manifest. If the registry refuses the manifest, it may have lost blobs of earlier
   * images: these are restored. It may also have missed a blob for a moment, while another client
   * uploaded the same one: if it has all blobs now, the manifest is put once more.
   */
  private Document put(Manifest manifest) throws IOException {
    BlobUpload last = uploads.heldBack();
    if (last != null && refersTo(manifest, last.blob())) {
      if (!repository.blobs().has(last.blob())) {
        repository.tryWithout(last.blob().digest(), manifest);
        uploads.run(repository.blobs().uploadMissing(last.blob(), last.content()), Progress.SILENT);
      }
      uploads.takeHeldBack();
    }
    try {
      return repository.putByDigest(manifest);
    } catch (RegistryException e) {
      boolean mayLackBlobs = e.status() == 400 || e.status() == 404;
      if (!mayLackBlobs || (restore() == 0 && !repository.hasAll(manifest.blobs()))) {
        throw e;
      }
      return repository.putByDigest(manifest);
    }
  }

  private static boolean refersTo(Manifest manifest, Descriptor blob) {
    return manifest.blobs().stream().anyMatch(each -> each.digest().equals(blob.digest()));
  }

  /**
   * Asks for the assumed blobs, unless the registry has vouched for them by accepting the
   * manifests.
   */
  private void confirm() throws IOException {
    if (!repository.proven().checking().refuses()) {
      restore();
    }
  }

  private int restore() throws IOException {
    try {
      return assumed.restore();
    } catch (LostBlobsException e) {
      promised.removeAll(e.blobs()); // so that they can be written again
      throw e;
    }
  }

  private void requirePromised(Manifest manifest) {
    for (Descriptor blob : manifest.blobs()) {
      if (!promised.contains(blob.digest())) {
        throw new IllegalArgumentException(
            "blob " + blob.digest() + " was neither written to " + reference + " nor reused");
      }
    }
  }

  /** Aborts the running uploads, from any thread, and deletes the files. */
  @Override
  public void close() throws IOException {
    uploads.close();
    spools.close();
  }
}
