package dev.varve.registry;

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
import dev.varve.registry.http.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writes an image to a registry. A new blob waits in a file until its digest is known, and is then
 * uploaded while others are written. Manifests go up when all blobs are there, the image's before
 * its artifacts, and tags move last.
 */
final class RegistrySink implements IndexSink {
  /** How long the blob may be that is uploaded last, alone. */
  private static final long MOST_HELD = 4 << 20;

  private static final Set<String> CONFIGS =
      Set.of(MediaTypes.OCI_CONFIG, MediaTypes.DOCKER_CONFIG, MediaTypes.OCI_EMPTY);

  /** How many blobs are uploaded at once. */
  private static final int AT_ONCE = 4;

  private final Repository repository;
  private final List<String> tags;
  private final String reference;
  private final Spools spools;
  private final Uploads uploads;
  private final OpenUploads open = new OpenUploads();

  /** The blobs that are in the repository, or on their way. */
  private final Set<Digest> taken = ConcurrentHashMap.newKeySet();

  private final PublishedBlobs published;
  private final AssumedBlobs assumed;
  private final AtomicReference<@Nullable Held> held = new AtomicReference<>();

  /**
   * The blob that is uploaded last. The manifest that names it is offered before that, and whether
   * the registry refuses it says what a manifest that it takes is worth. Nothing is left behind by
   * that: the blob follows in any case.
   */
  private record Held(Descriptor blob, BlobContent content) {}

  RegistrySink(
      Repository repository, List<String> tags, Path scratch, String reference, Progress progress) {
    this.repository = repository;
    this.tags = List.copyOf(tags);
    this.reference = reference;
    this.spools = new Spools(scratch, reference);
    this.uploads = new Uploads(AT_ONCE, progress);
    this.published = new PublishedBlobs(repository, tags);
    this.assumed = new AssumedBlobs(repository, reference);
  }

  @Override
  public String reference() {
    return reference;
  }

  @Override
  public BlobWriter newBlob() throws IOException {
    uploads.requireSound();
    return spools.begin(this::uploadLater);
  }

  private void uploadLater(Descriptor blob, Path file) throws IOException {
    // What is written although it was to be reused may be lost where it was.
    if (taken.add(blob.digest()) || assumed.remove(blob.digest())) {
      BlobContent content = BlobContent.of(file);
      if (mayBeLast(blob)) {
        hold(new Held(blob, content));
      } else {
        begin(blob, content);
      }
    }
  }

  private void begin(Descriptor blob, BlobContent content) throws IOException {
    uploads.begin(blob, counting -> repository.blobs().upload(blob, content, counting, open));
  }

  /**
   * Whether a blob may be uploaded last. A config isn't: a registry that looks into configs needs
   * that one, and may still take a manifest without its layers.
   */
  private boolean mayBeLast(Descriptor blob) {
    return repository.checking().isUnknown()
        && blob.size() <= MOST_HELD
        && !CONFIGS.contains(blob.mediaType());
  }

  /** Uploads the newest one last, and the one before it now. */
  private void hold(Held last) throws IOException {
    Held former = held.getAndSet(last);
    if (former != null) {
      begin(former.blob(), former.content());
    }
  }

  @Override
  public void reuse(BlobSource from, Descriptor blob) throws IOException {
    uploads.requireSound();
    if (!taken.add(blob.digest())) {
      return;
    }
    if (repository.isPlaceOf(from)) {
      assumed.add(blob, from);
      return;
    }
    boolean done = false;
    try {
      take(from, blob);
      done = true;
    } finally {
      if (!done) {
        taken.remove(blob.digest());
      }
    }
  }

  private void take(BlobSource from, Descriptor blob) throws IOException {
    RepositoryName other = mountable(from);
    // A mount costs one request, and so does asking for an assumed blob later on.
    boolean mayAssume = other == null || repository.checking().isKnown();
    if (mayAssume && published.contains(blob)) {
      assumed.add(blob, from);
      return;
    }
    BlobContent content = BlobContent.of(from, blob);
    if (!assumed.isEmpty() && other == null && mayBeLast(blob)) {
      hold(new Held(blob, content));
    } else if (other != null) {
      uploads.begin(
          blob, counting -> repository.blobs().mount(blob, other, content, counting, open));
    } else {
      repository.blobs().upload(blob, content, Progress.SILENT, open);
    }
  }

  /** The other repository of this registry that the source is. */
  private @Nullable RepositoryName mountable(BlobSource from) {
    return from.place() instanceof RegistryImage image
            && image.repository().host().equals(repository.name().host())
        ? image.repository()
        : null;
  }

  @Override
  public void settle() throws IOException {
    uploads.finish(reference);
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    Optional<Path> file = spools.file(blob);
    Held last = held.get();
    InputStream in;
    if (file.isPresent()) {
      in = Files.newInputStream(file.get());
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
    requireTaken(manifest);
    artifacts.forEach(this::requireTaken);
    finishUploads();
    // Nothing is named before it is there: first the image, then what refers to it, then the tags.
    Document image = put(manifest);
    putAll(artifacts);
    confirm();
    return repository.tag(image, tags);
  }

  @Override
  public Descriptor add(Manifest manifest) throws IOException {
    requireTaken(manifest);
    finishUploads();
    return put(manifest).descriptor();
  }

  @Override
  public Descriptor add(ImageIndex index) throws IOException {
    uploads.finish(reference);
    return repository.putByDigest(index).descriptor();
  }

  @Override
  public Descriptor commit(ImageIndex index, List<Manifest> artifacts) throws IOException {
    artifacts.forEach(this::requireTaken);
    finishUploads();
    Document images = repository.putByDigest(index);
    putAll(artifacts);
    confirm();
    return repository.tag(images, tags);
  }

  /** Waits for all blobs but the last, if there is something to find out with that. */
  private void finishUploads() throws IOException {
    Held last = held.get();
    if (last != null && (assumed.isEmpty() || !repository.checking().isUnknown())) {
      begin(last.blob(), last.content());
      held.set(null);
    }
    uploads.finish(reference);
  }

  private void putAll(List<Manifest> artifacts) throws IOException {
    for (Manifest artifact : artifacts) {
      put(artifact);
    }
  }

  /**
   * Puts a manifest. Where that is refused, the registry may have lost blobs that earlier images
   * name.
   */
  private Document put(Manifest manifest) throws IOException {
    Held last = held.get();
    if (last != null && names(manifest, last.blob())) {
      if (!repository.blobs().has(last.blob())) {
        repository.findOut(manifest, last.blob().digest());
        repository.blobs().send(last.blob(), last.content(), Progress.SILENT, open);
      }
      held.set(null);
    }
    try {
      return repository.putByDigest(manifest);
    } catch (RegistryException e) {
      boolean blames = e.status() == 400 || e.status() == 404;
      if (!blames || restore() == 0) {
        throw e;
      }
      return repository.putByDigest(manifest);
    }
  }

  private static boolean names(Manifest manifest, Descriptor blob) {
    return manifest.blobs().stream().anyMatch(each -> each.digest().equals(blob.digest()));
  }

  /** Asks for what was assumed, unless the registry did so itself when it took the manifests. */
  private void confirm() throws IOException {
    if (!repository.checking().isKnown()) {
      restore();
    }
  }

  private int restore() throws IOException {
    try {
      return assumed.restore(open);
    } catch (LostBlobsException e) {
      taken.removeAll(e.blobs()); // so that they can be written anew
      throw e;
    }
  }

  private void requireTaken(Manifest manifest) {
    for (Descriptor blob : manifest.blobs()) {
      if (!taken.contains(blob.digest())) {
        throw new IllegalArgumentException(
            "blob " + blob.digest() + " was neither written to " + reference + " nor reused");
      }
    }
  }

  /** Ends the uploads that are under way, from any thread, and deletes the files. */
  @Override
  public void close() throws IOException {
    open.close();
    uploads.close();
    spools.close();
  }
}
