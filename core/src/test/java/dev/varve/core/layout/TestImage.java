package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.image.Platform;
import dev.varve.core.image.VerifyingInputStream;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarWriter;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;

/** A small image in memory. Each layer is a tar with one file, compressed by gzip. */
public final class TestImage implements ImageSource {
  public static final Platform AMD64 = Platform.parse("linux/amd64");
  public static final Platform ARM64 = Platform.parse("linux/arm64");

  public final Map<Descriptor, byte[]> blobs = new LinkedHashMap<>();
  public final List<byte[]> tars = new ArrayList<>();
  private final Platform platform;
  private final ImageConfig config;
  private final Manifest manifest;
  private final Digest.Algorithm algorithm;

  public TestImage(Platform platform, String... contents) throws IOException {
    this(Digest.Algorithm.SHA256, platform, contents);
  }

  /**
   * Makes an image whose digests, including the diffIDs, are all computed with {@code algorithm}.
   */
  public TestImage(Digest.Algorithm algorithm, Platform platform, String... contents)
      throws IOException {
    this.algorithm = algorithm;
    this.platform = platform;
    List<Digest> diffIds = new ArrayList<>();
    List<Descriptor> layers = new ArrayList<>();
    for (String content : contents) {
      byte[] tar = tar("file-" + tars.size(), content.getBytes(StandardCharsets.UTF_8));
      tars.add(tar);
      diffIds.add(algorithm.of(tar));
      layers.add(put(MediaTypes.OCI_LAYER + "+gzip", gzip(tar)));
    }
    config = ImageConfig.forPlatform(platform).withLayers(diffIds, List.of());
    byte[] bytes =
        new Manifest(put(MediaTypes.OCI_CONFIG, config.toBytes()), layers, Map.of("by", "test"))
            .toBytes();
    manifest = Manifest.parse(bytes, "the manifest", algorithm);
    put(MediaTypes.OCI_MANIFEST, bytes);
  }

  public Descriptor put(String mediaType, byte[] blob) {
    Descriptor descriptor = new Descriptor(mediaType, algorithm.of(blob), blob.length);
    blobs.put(descriptor, blob);
    return descriptor;
  }

  public static byte[] tar(String name, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(out);
    tar.add(entry(name, content.length), new ByteArrayInputStream(content));
    tar.finish();
    return out.toByteArray();
  }

  public static TarEntry entry(String name, long size) {
    return link(name, TarEntry.Type.FILE, "", size);
  }

  public static TarEntry link(String name, TarEntry.Type type, String target, long size) {
    return new TarEntry(name, type, 0644, 0, 0, size, 0, 0, target, Xattrs.EMPTY, 0, 0);
  }

  public static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /**
   * Returns an artifact that refers to this image and contains a text; the image's blobs do not
   * include those of the artifact.
   */
  public Manifest artifact(String type, String text) {
    Descriptor empty = Descriptor.of(MediaTypes.OCI_EMPTY, new byte[] {'{', '}'});
    Descriptor content = Descriptor.of("text/plain", text.getBytes(StandardCharsets.UTF_8));
    return new Manifest(
        MediaTypes.OCI_MANIFEST,
        Optional.of(type),
        empty,
        List.of(content),
        Optional.of(descriptor()),
        Map.of());
  }

  /** Writes all blobs to a sink, and commits. */
  public Descriptor writeTo(ImageSink sink) throws IOException {
    writeBlobs(sink);
    return sink.commit(manifest, platform, List.of());
  }

  public Descriptor writeTo(ImageSink sink, String artifactType, String text) throws IOException {
    writeBlobs(sink);
    sink.write(MediaTypes.OCI_EMPTY, new byte[] {'{', '}'});
    sink.write("text/plain", text.getBytes(StandardCharsets.UTF_8));
    return sink.commit(manifest, platform, List.of(artifact(artifactType, text)));
  }

  public void writeBlobs(ImageSink sink) throws IOException {
    sink.write(MediaTypes.OCI_CONFIG, config.toBytes());
    for (Descriptor layer : manifest.layers()) {
      sink.write(layer.mediaType(), bytes(layer));
    }
  }

  public byte[] bytes(Descriptor blob) {
    return blobs.getOrDefault(blob, new byte[0]);
  }

  public Descriptor layer(int i) {
    return manifest.layers().get(i);
  }

  @Override
  public String reference() {
    return "memory:image";
  }

  @Override
  public Descriptor descriptor() {
    return manifest.descriptor();
  }

  @Override
  public Manifest manifest() {
    return manifest;
  }

  @Override
  public ImageConfig config() {
    return config;
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    if (!blobs.containsKey(blob)) {
      throw new MissingBlobException(reference(), blob);
    }
    return new VerifyingInputStream(new ByteArrayInputStream(bytes(blob)), blob, reference());
  }

  @Override
  public List<Manifest> referrers(Descriptor subject, Predicate<String> artifactType) {
    return List.of();
  }

  @Override
  public void close() {}
}
