package dev.varve.core.rootfs;

import dev.varve.core.bytes.Scratch;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.Platform;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.process.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an image to podman's storage, through a directory from which podman pulls. The directory
 * has skopeo's format {@code dir:}, the manifest and the blobs by digest, because podman reads no
 * Docker manifests from a layout.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/v5.23.0/docs/containers-transports.5.md">the
 *     transport dir</a>
 */
final class PodmanSink implements ImageSink {
  private static final String VERSION = "Directory Transport Version: 1.1\n";

  private final Program podman;
  private final List<String> names;
  private final Scratch scratch;
  private final Path directory;
  private final ImageSink layout;

  /** Creates a sink with a temporary layout in {@code parent}. */
  PodmanSink(Program podman, List<String> names, Path parent, String reference) throws IOException {
    this.podman = podman;
    this.names = names;
    this.scratch = new Scratch(parent);
    this.directory = scratch.directory("podman");
    this.layout = OciLayout.create(directory.resolve("layout"), "", reference);
  }

  @Override
  public String reference() {
    return layout.reference();
  }

  @Override
  public BlobWriter newBlob() throws IOException {
    return layout.newBlob();
  }

  @Override
  public void reuse(BlobSource from, Descriptor blob) throws IOException {
    if (blob.digest().algorithm() != Digest.Algorithm.SHA256) {
      throw new IOException(
          "writing to %s: podman knows images by sha256 digests alone, got %s; rechunk the image, which gives it such digests"
              .formatted(reference(), blob.digest()));
    }
    layout.reuse(from, blob);
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    return layout.open(blob);
  }

  @Override
  public Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts)
      throws IOException {
    Descriptor image = layout.commit(manifest, platform, List.of());
    try {
      Path blobs = directory.resolve("layout/blobs/sha256");
      Files.write(blobs.resolve("manifest.json"), manifest.toBytes());
      Files.writeString(blobs.resolve("version"), VERSION);
      Program.Result pulled =
          podman.require(PodmanStorage.temporary(directory), "pull", "--quiet", "dir:" + blobs);
      String id = pulled.output().strip();
      List<String> tag = new ArrayList<>(List.of("tag", id));
      tag.addAll(names);
      podman.require(tag.toArray(String[]::new));
    } finally {
      scratch.close();
    }
    return image;
  }

  @Override
  public void close() throws IOException {
    layout.close();
    scratch.close();
  }
}
