package dev.varve.runner.publish;

import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.Platform;
import dev.varve.core.layout.OciLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A sink that publishes nothing: new blobs are written to scratch files, and reused blobs are read
 * from their images.
 */
final class DryRunSink implements ImageSink {
  private final ImageSink written;
  private final Map<Digest, BlobSource> reused = new ConcurrentHashMap<>();

  /**
   * Creates an empty sink.
   *
   * @param scratch a directory for new blobs, which the caller removes
   * @param reference the image's destination, for messages
   */
  DryRunSink(Path scratch, String reference) throws IOException {
    this.written = OciLayout.create(scratch.resolve("trial"), "trial", reference);
  }

  @Override
  public String reference() {
    return written.reference();
  }

  @Override
  public BlobWriter newBlob() throws IOException {
    return written.newBlob();
  }

  @Override
  public void reuse(BlobSource from, Descriptor blob) {
    reused.put(blob.digest(), from);
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    BlobSource from = reused.get(blob.digest());
    return from == null ? written.open(blob) : from.open(blob);
  }

  @Override
  public Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts) {
    return manifest.descriptor();
  }

  /** Discards the written blobs. */
  @Override
  public void close() throws IOException {
    written.close();
  }
}
