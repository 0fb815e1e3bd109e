package dev.varve.runner.builtin;

import dev.varve.core.compress.Compression;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarWriter;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds an image entry by entry and layer by layer, with the files of an image build. */
public final class TestImage {
  /** The default mtime of files, in seconds since the epoch. */
  static final long MTIME = 1_600_000_000;

  private final List<Layer> layers = new ArrayList<>();
  private final Map<String, String> annotations = new LinkedHashMap<>();
  private JsonObject config =
      JsonObject.EMPTY
          .with("architecture", "amd64")
          .with("os", "linux")
          .with("created", "2024-05-01T00:00:00Z");

  private static final class Layer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarWriter tar = new TarWriter(bytes);
  }

  /** Begins the next layer, to which the following entries belong. */
  public TestImage layer() {
    layers.add(new Layer());
    return this;
  }

  public TestImage file(String path, String content, String... xattrs) {
    return file(path, content.getBytes(StandardCharsets.UTF_8), 0644, MTIME, xattrs);
  }

  TestImage file(String path, byte[] content, int mode, long mtime, String... xattrs) {
    return add(path, TarEntry.Type.FILE, mode, mtime, "", content, xattrs);
  }

  TestImage directory(String path, int mode, String... xattrs) {
    return add(path, TarEntry.Type.DIRECTORY, mode, MTIME, "", new byte[0], xattrs);
  }

  TestImage symlink(String path, String target) {
    return add(path, TarEntry.Type.SYMLINK, 0777, MTIME, target, new byte[0]);
  }

  TestImage hardLink(String path, String target) {
    return add(path, TarEntry.Type.HARD_LINK, 0644, MTIME, target, new byte[0]);
  }

  TestImage add(
      String path,
      TarEntry.Type type,
      int mode,
      long mtime,
      String target,
      byte[] content,
      String... xattrs) {
    Xattrs all = Xattrs.EMPTY;
    for (int i = 0; i < xattrs.length; i += 2) {
      all = all.with(xattrs[i], xattrs[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    int device = type == TarEntry.Type.CHARACTER_DEVICE ? 1 : 0;
    TarEntry entry =
        new TarEntry(path, type, mode, 0, 0, content.length, mtime, 0, target, all, device, device);
    try {
      layers.get(layers.size() - 1).tar.add(entry, new ByteArrayInputStream(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  TestImage config(String field, Object value) {
    config = config.with(field, value);
    return this;
  }

  TestImage withoutConfig(String field) {
    config = config.without(field);
    return this;
  }

  TestImage labels(Map<String, String> labels) {
    return config("config", JsonObject.EMPTY.with("Labels", labels));
  }

  TestImage annotation(String name, String value) {
    annotations.put(name, value);
    return this;
  }

  /** Writes the image as the layout's latest image; may be called once. */
  public Manifest writeTo(Path layout) throws IOException {
    try (ImageSink sink = OciLayout.create(layout, "", "oci:" + layout)) {
      List<Digest> diffIds = new ArrayList<>();
      List<Descriptor> blobs = new ArrayList<>();
      for (Layer layer : layers) {
        layer.tar.finish();
        byte[] tar = layer.bytes.toByteArray();
        diffIds.add(Digest.of(tar));
        blobs.add(sink.write(MediaTypes.OCI_LAYER + "+gzip", gzip(tar)));
      }
      ImageConfig complete =
          new ImageConfig(config).withLayers(diffIds, new ImageConfig(config).history());
      Descriptor descriptor = sink.write(MediaTypes.OCI_CONFIG, complete.toBytes());
      Manifest manifest = new Manifest(descriptor, blobs, annotations);
      sink.commit(manifest, complete.platform(), List.of());
      return manifest;
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = Compression.parse("gzip").compress(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
