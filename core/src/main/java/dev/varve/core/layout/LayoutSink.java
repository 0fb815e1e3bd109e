package dev.varve.core.layout;

import dev.varve.core.bytes.WriteFailure;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Writes an image to a layout, in a directory or an archive. */
final class LayoutSink implements ImageSink {
  private final String reference;
  private final String tag;
  private final Staging staging;
  private final StagedBlobs blobs;
  private final Publication publication;

  /** Held while committing and while removing the staging directory. */
  private final ReentrantLock ending = new ReentrantLock();

  private boolean ended;

  private LayoutSink(String reference, String tag, Staging staging, Publication publication)
      throws IOException {
    this.reference = reference;
    this.tag = tag;
    this.staging = staging;
    this.publication = publication;
    this.blobs = new StagedBlobs(staging.directory(), reference);
  }

  static LayoutSink create(Path parent, String tag, String reference, Publication publication)
      throws IOException {
    try {
      Files.createDirectories(parent);
      return new LayoutSink(reference, tag, Staging.begin(parent), publication);
    } catch (IOException e) {
      throw WriteFailure.explain("writing to " + reference, parent, e);
    }
  }

  @Override
  public String reference() {
    return reference;
  }

  @Override
  public BlobWriter newBlob() throws IOException {
    return blobs.begin();
  }

  @Override
  public void reuse(BlobSource from, Descriptor blob) throws IOException {
    if (!has(blob)) {
      blobs.takeOver(from, blob);
    }
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    blobs.requireOpen();
    return blobs.has(blob) ? blobs.open(blob) : publication.open(blob);
  }

  private boolean has(Descriptor blob) throws IOException {
    return blobs.has(blob) || publication.has(blob);
  }

  @Override
  public Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts)
      throws IOException {
    ending.lock();
    try {
      if (ended) {
        throw new IllegalStateException(reference + " was committed or closed before");
      }
      Descriptor image = add(manifest);
      List<Descriptor> entries = new ArrayList<>();
      for (Manifest artifact : artifacts) {
        requireSubject(artifact, image);
        entries.add(add(artifact).withArtifactType(artifact.effectiveArtifactType()));
      }
      try {
        publication.publish(blobs, OciLayout.withTag(image.withPlatform(platform), tag), entries);
      } catch (IOException e) {
        throw WriteFailure.explain("writing " + reference, publication.place(), e);
      }
      ended = true;
      staging.close();
      return image;
    } finally {
      ending.unlock();
    }
  }

  private Descriptor add(Manifest manifest) throws IOException {
    for (Descriptor blob : manifest.blobs()) {
      if (!has(blob)) {
        throw new IllegalArgumentException(
            "blob " + blob.digest() + " was neither written to " + reference + " nor reused");
      }
    }
    return blobs.add(manifest.mediaType(), manifest.toBytes());
  }

  private static void requireSubject(Manifest artifact, Descriptor image) {
    if (!artifact.subject().map(Descriptor::digest).equals(Optional.of(image.digest()))) {
      throw new IllegalArgumentException("expected an artifact whose subject is " + image.digest());
    }
  }

  /** Removes what was staged, from any thread; one that is writing or committing then fails. */
  @Override
  public void close() throws IOException {
    blobs.close();
    ending.lock();
    try {
      if (!ended) {
        ended = true;
        staging.close();
      }
    } finally {
      ending.unlock();
    }
  }
}
