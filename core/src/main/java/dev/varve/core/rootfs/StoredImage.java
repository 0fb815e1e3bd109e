package dev.varve.core.rootfs;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.process.Program;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An image in podman's storage, mounted from the first read of its files until it is closed. */
public final class StoredImage implements TreeSource {
  private final Program podman;
  private final String name;
  private final String id;
  private final ImageConfig config;
  private final long size;
  private final String reference;
  private @Nullable ImageMount mount;
  private boolean closed;

  StoredImage(
      Program podman, String name, String id, ImageConfig config, long size, String reference) {
    this.podman = podman;
    this.name = name;
    this.id = id;
    this.config = config;
    this.size = size;
    this.reference = reference;
  }

  /** The name or ID by which the image was opened. */
  public String name() {
    return name;
  }

  /** The digest of the image's config, which is the same in every storage. */
  public String id() {
    return id;
  }

  /** The size of the image's files as reported by podman, in bytes. */
  public long size() {
    return size;
  }

  @Override
  public String reference() {
    return reference;
  }

  @Override
  public ImageConfig config() {
    return config;
  }

  @Override
  public Map<String, String> annotations() {
    return Map.of();
  }

  /** Mounts the image; returns false without root, also in a namespace of podman's. */
  synchronized boolean mount() throws IOException {
    if (mount == null) {
      ImageMount.releaseLeft(podman);
      Program.Result mounted = podman.run("image", "mount", id);
      mount = mounted.succeeded() ? ImageMount.of(podman, id, mounted) : null;
    }
    return mount != null;
  }

  /** Reads the files without a lock, because reading takes minutes and close must not wait. */
  @Override
  public FileTree read(Path scratch, Set<String> prune, Progress progress) throws IOException {
    return DirectoryTree.read(mounted(), reference, Boundary.DEFAULT, prune, progress);
  }

  private synchronized Path mounted() throws IOException {
    if (closed) {
      throw new InterruptedIOException("reading " + reference + ": it was closed");
    }
    ImageMount mounted = mount;
    if (mounted == null) {
      ImageMount.releaseLeft(podman);
      mounted = ImageMount.of(podman, id, podman.require("image", "mount", id));
      mount = mounted;
    }
    return mounted.root();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    ImageMount mounted = mount;
    if (mounted != null) {
      mount = null;
      mounted.close();
    }
  }
}
