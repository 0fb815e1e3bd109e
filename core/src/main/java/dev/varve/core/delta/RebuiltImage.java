package dev.varve.core.delta;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Quantity;
import dev.varve.core.compress.Compression;
import dev.varve.core.delta.Delta.LayerDelta;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.image.VerifyingInputStream;
import dev.varve.core.parallel.Parallel;
import dev.varve.core.tardiff.TarDiffReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * A new image whose layers come from an old image as far as possible: a layer that the old image
 * has, from there; a layer that a delta has, rebuilt from the old image's files when it is opened;
 * any other layer from the place where the new image is published. Whatever is read has the digest
 * that the new image's manifest says. Owns neither image.
 */
public final class RebuiltImage implements ImageSource {
  private final ImageSource published;
  private final OldImage old;
  private final Optional<AvailableDelta> available;
  private final Path scratch;
  private final LayerLimits limits;
  private final Progress progress;
  private final Semaphore rebuilding = new Semaphore(Parallel.degree());
  private final AtomicLong deltaBytes = new AtomicLong();
  private final AtomicLong rebuiltBytes = new AtomicLong();
  private final AtomicLong keptBytes = new AtomicLong();
  private final AtomicLong wholeBytes = new AtomicLong();

  /**
   * Creates a view of a new image.
   *
   * @param published the new image
   * @param old the image that the delta was made from
   * @param available a delta from the old image to the new one, if there is one
   * @param scratch a directory for rebuilt layers; the caller owns it, and deletes it afterwards
   * @param limits the limits for rebuilt layers
   * @param progress receives a notice of each layer that can't be rebuilt
   * @throws IllegalArgumentException if the delta is for another image
   */
  public RebuiltImage(
      ImageSource published,
      OldImage old,
      Optional<AvailableDelta> available,
      Path scratch,
      LayerLimits limits,
      Progress progress) {
    Digest target = published.descriptor().digest();
    if (available.isPresent() && !available.get().delta().target().equals(target)) {
      throw new IllegalArgumentException(
          "expected a delta for " + target + ", got one for " + available.get().delta().target());
    }
    this.published = published;
    this.old = old;
    this.available = available;
    this.scratch = scratch;
    this.limits = limits;
    this.progress = progress;
  }

  /**
   * Where the bytes of the image's layers came from.
   *
   * @param kept the size of the layers read from the old image, in bytes
   * @param rebuilt the size of the rebuilt layers, in bytes
   * @param delta the size of the tar-diffs read for them, in bytes
   * @param whole the size of the layers read from where the new image is published, in bytes
   */
  public record Origins(long kept, long rebuilt, long delta, long whole) {}

  /** Returns where the layers opened until now came from. */
  public Origins origins() {
    return new Origins(keptBytes.get(), rebuiltBytes.get(), deltaBytes.get(), wholeBytes.get());
  }

  /** Returns whether a blob is a layer that the old image has, as a tar or byte by byte. */
  public boolean isKept(Descriptor blob) {
    return old.layer(blob).isPresent()
        || available.filter(it -> it.delta().kept().containsKey(blob.digest())).isPresent();
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    Optional<BlobSource> kept = old.layer(blob);
    if (kept.isPresent()) {
      try {
        InputStream in = kept.get().open(blob);
        keptBytes.addAndGet(blob.size());
        return in;
      } catch (MissingBlobException e) {
        progress.notice(e.getMessage() + "; the layer is read from " + published.reference());
      }
    }
    Optional<LayerDelta> layer = available.flatMap(it -> it.delta().layer(blob.digest()));
    if (layer.isPresent() && layer.get().blob().digest().equals(blob.digest())) {
      deltaBytes.addAndGet(blob.size());
      rebuiltBytes.addAndGet(blob.size());
      return available.orElseThrow().blobs().open(blob);
    }
    if (layer.isPresent()) {
      try {
        InputStream rebuilt = rebuilt(layer.get(), blob);
        rebuiltBytes.addAndGet(blob.size());
        return rebuilt;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting to rebuild a layer", e);
      } catch (IOException e) {
        return whole(blob, e);
      }
    }
    wholeBytes.addAndGet(isLayer(blob) ? blob.size() : 0);
    return published.open(blob);
  }

  /** Opens a layer that can't be rebuilt, and says why it can't be. */
  private InputStream whole(Descriptor blob, IOException problem) throws IOException {
    InputStream in;
    try {
      in = published.open(blob);
    } catch (MissingBlobException e) {
      problem.addSuppressed(e);
      throw new IOException(
          "layer %s is not in %s and can't be rebuilt from %s"
              .formatted(blob.digest().abbreviated(), published.reference(), old.reference()),
          problem);
    }
    progress.notice(
        "layer %s can't be rebuilt from %s: %s; the layer is read from %s"
            .formatted(
                blob.digest().abbreviated(),
                old.reference(),
                problem.getMessage(),
                published.reference()));
    wholeBytes.addAndGet(blob.size());
    return in;
  }

  /** Opens a rebuilt layer. At most as many are rebuilt at once as there are processors. */
  private InputStream rebuilt(LayerDelta layer, Descriptor blob)
      throws IOException, InterruptedException {
    if (layer.compression().isEmpty()) {
      throw new IOException("it is unknown how the layer was compressed");
    }
    rebuilding.acquire();
    try {
      Path file = rebuild(layer, blob, layer.compression().get());
      InputStream in = FileInput.open(file, StandardOpenOption.DELETE_ON_CLOSE);
      return new VerifyingInputStream(in, blob, old.reference());
    } finally {
      rebuilding.release();
    }
  }

  /** Rebuilds a layer in a file, compressed as it was published. */
  private Path rebuild(LayerDelta layer, Descriptor blob, Compression compression)
      throws IOException {
    Delta delta = available.orElseThrow().delta();
    Digest diffId = diffId(blob);
    MessageDigest tarHash = diffId.algorithm().newHash();
    MessageDigest blobHash = blob.digest().algorithm().newHash();
    Path file = scratch.resolve(blob.digest().hex() + ".rebuilt");
    boolean done = false;
    try (InputStream diff = available.orElseThrow().blobs().open(layer.blob());
        OutputStream stored = new BoundedOutput(Files.newOutputStream(file), blob.size());
        OutputStream out = new DigestOutputStream(stored, blobHash)) {
      try (OutputStream tar = new DigestOutputStream(compression.compress(out), tarHash)) {
        TarDiffReader.apply(
            diff,
            "tar-diff " + layer.blob().digest(),
            old.files(Set.copyOf(delta.kept().values())),
            tar,
            limits.size(List.of(blob)));
      }
      diff.transferTo(OutputStream.nullOutputStream()); // verifies the digest of the tar-diff
      deltaBytes.addAndGet(layer.blob().size());
      require("diffID", diffId, Digest.of(tarHash));
      require("digest " + compression, blob.digest(), Digest.of(blobHash));
      done = true;
      return file;
    } finally {
      if (!done) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void require(String what, Digest expected, Digest got) throws IOException {
    if (!got.equals(expected)) {
      throw new IOException("expected " + what + " " + expected + ", got " + got);
    }
  }

  private boolean isLayer(Descriptor blob) {
    return manifest().layers().stream().anyMatch(it -> it.digest().equals(blob.digest()));
  }

  private Digest diffId(Descriptor blob) throws IOException {
    List<Descriptor> layers = published.manifest().layers();
    List<Digest> diffIds = published.config().diffIds();
    if (diffIds.size() != layers.size()) {
      throw new IOException(
          "expected one diffID for each layer, got "
              + Quantity.of(layers.size(), "layer")
              + " and "
              + Quantity.of(diffIds.size(), "diffID"));
    }
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).digest().equals(blob.digest())) {
        return diffIds.get(i);
      }
    }
    throw new IllegalArgumentException(blob.digest() + " is not a layer of the image");
  }

  @Override
  public String reference() {
    return published.reference();
  }

  @Override
  public Descriptor descriptor() {
    return published.descriptor();
  }

  @Override
  public Manifest manifest() {
    return published.manifest();
  }

  @Override
  public ImageConfig config() {
    return published.config();
  }

  /** Returns the published image's artifacts except deltas, which only their readers need. */
  @Override
  public List<Manifest> referrers(Descriptor subject, Predicate<String> artifactType)
      throws IOException {
    return published.referrers(
        subject, type -> !type.equals(Delta.ARTIFACT_TYPE) && artifactType.test(type));
  }

  @Override
  public void close() {}
}
