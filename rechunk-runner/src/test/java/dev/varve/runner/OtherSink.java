package dev.varve.runner;

import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Delegates to another sink; a test overrides the methods that differ. */
public class OtherSink implements ImageSink {
  private final ImageSink sink;

  /** Delegates every method to {@code sink}. */
  public OtherSink(ImageSink sink) {
    this.sink = sink;
  }

  @Override
  public String reference() {
    return sink.reference();
  }

  @Override
  public BlobWriter newBlob() throws IOException {
    return sink.newBlob();
  }

  @Override
  public void reuse(BlobSource from, Descriptor blob) throws IOException {
    sink.reuse(from, blob);
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    return sink.open(blob);
  }

  @Override
  public Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts)
      throws IOException {
    return sink.commit(manifest, platform, artifacts);
  }

  @Override
  public void close() throws IOException {
    sink.close();
  }
}
