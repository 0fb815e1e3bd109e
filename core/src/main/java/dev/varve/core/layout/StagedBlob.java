package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink.BlobWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Writes a blob to a file and computes its digest and size. */
final class StagedBlob extends BlobWriter {
  private static final int BUFFER = 1 << 17;

  private final StagedFile file;
  private final StagedBlobs blobs;
  private final OutputStream out;
  private final MessageDigest sha256 = Digest.sha256();
  private long size;

  StagedBlob(StagedFile file, StagedBlobs blobs) {
    this.file = file;
    this.blobs = blobs;
    this.out = new BufferedOutputStream(file, BUFFER);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    blobs.requireOpen();
    out.write(bytes, offset, length);
    sha256.update(bytes, offset, length);
    size += length;
  }

  @Override
  public Descriptor finish(String mediaType) throws IOException {
    out.flush();
    Digest digest = Digest.of(sha256);
    file.keep(digest);
    return new Descriptor(mediaType, digest, size);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
