package dev.varve.registry;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.Platform;
import dev.varve.core.image.VerifyingInputStream;
import dev.varve.registry.http.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes an image to a registry. A new blob waits in a file until its digest is known, and is then
 * uploaded while others are written. Manifests go up when all blobs are there, the image's before
 * its artifacts, and tags move last.
 */
final class RegistrySink implements IndexSink {
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

  /**
   * The blobs that nobody has asked for, as an image that is there names them; and their source.
   */
  private final Map<Descriptor, BlobSource> believed = new ConcurrentHashMap<>();

  RegistrySink(
      Repository repository, List<String> tags, Path scratch, String reference, Progress progress) {
    this.repository = repository;
    this.tags = List.copyOf(tags);
    this.reference = reference;
    this.spools = new Spools(scratch, reference);
    this.uploads = new Uploads(AT_ONCE, progress);
    this.published = new PublishedBlobs(repository, tags);
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
    if (taken.add(blob.digest())) {
      uploads.begin(
          blob, counting -> repository.blobs().upload(blob, BlobContent.of(file), counting, open));
    }
  }

  @Override
  public void reuse(BlobSource from, Descriptor blob) throws IOException {
    uploads.requireSound();
    if (!taken.add(blob.digest()) || isHere(from)) {
      return; // what an image in the same repository names is there
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
    if (published.contains(blob)) {
      believed.put(blob, from);
      return;
    }
    BlobContent content = BlobContent.of(from, blob);
    RepositoryName other = mountable(from);
    if (other != null) {
      uploads.begin(
          blob, counting -> repository.blobs().mount(blob, other, content, counting, open));
    } else {
      repository.blobs().upload(blob, content, Progress.SILENT, open);
    }
  }

  private boolean isHere(BlobSource from) {
    return from.place() instanceof RegistryImage image
        && image.repository().equals(repository.name());
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
    InputStream in =
        file.isPresent()
            ? Files.newInputStream(file.get())
            : repository.blobs().open(blob, 0, reference);
    return new VerifyingInputStream(in, blob, reference);
  }

  @Override
  public Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts)
      throws IOException {
    requireTaken(manifest);
    artifacts.forEach(this::requireTaken);
    uploads.finish(reference);
    // Nothing is named before it is there: first the image, then what refers to it, then the tags.
    Document image = put(manifest);
    putAll(artifacts);
    return repository.tag(image, tags);
  }

  @Override
  public Descriptor add(Manifest manifest) throws IOException {
    requireTaken(manifest);
    uploads.finish(reference);
    return put(manifest).descriptor();
  }

  @Override
  public Descriptor commit(ImageIndex index, List<Manifest> artifacts) throws IOException {
    artifacts.forEach(this::requireTaken);
    uploads.finish(reference);
    Document images = repository.putByDigest(index);
    putAll(artifacts);
    return repository.tag(images, tags);
  }

  private void putAll(List<Manifest> artifacts) throws IOException {
    for (Manifest artifact : artifacts) {
      put(artifact);
    }
  }

  /** Puts a manifest; where that is refused, what it names may have been lost meanwhile. */
  private Document put(Manifest manifest) throws IOException {
    try {
      return repository.putByDigest(manifest);
    } catch (RegistryException e) {
      if (believed.isEmpty() || (e.status() != 400 && e.status() != 404)) {
        throw e;
      }
      for (Map.Entry<Descriptor, BlobSource> each : believed.entrySet()) {
        Descriptor blob = each.getKey();
        BlobContent content = BlobContent.of(each.getValue(), blob);
        repository.blobs().upload(blob, content, Progress.SILENT, open);
      }
      believed.clear();
      return repository.putByDigest(manifest);
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
