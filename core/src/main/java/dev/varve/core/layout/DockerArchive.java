package dev.varve.core.layout;

import dev.varve.core.bytes.Quantity;
import dev.varve.core.compress.Magic;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.image.VerifyingInputStream;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image in the default format of {@code podman save} and {@code docker save} ({@code
 * docker-archive:}). The format has no OCI manifest; this class creates one.
 *
 * <p>Known digests are used without reading the layer: the digest of a plain tar is its diffID in
 * the config, and recent versions of Docker name the file by the digest. Such digests are verified
 * when the layer is read. Other compressed layers are read once at the start.
 *
 * @see <a href="https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md">Docker image
 *     specification</a>
 */
public final class DockerArchive implements ImageSource {
  static final String MANIFEST = "manifest.json";
  private static final Pattern NAMED_BY_DIGEST = Pattern.compile("blobs/sha256/([0-9a-f]{64})");

  private static final Pattern NAME =
      Pattern.compile(
          "([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]++(?:[._/-]++[a-z0-9]++)*+(:\\w[\\w.-]{0,127})?");

  private final String reference;
  private final LayoutFiles files;
  private final Map<Digest, String> names = new LinkedHashMap<>();
  private final ImageConfig config;
  private final Manifest manifest;

  private DockerArchive(LayoutFiles files, JsonObject image, String reference) throws IOException {
    this.files = files;
    this.reference = reference;
    String configName = image.string("Config");
    requireFile(configName);
    byte[] bytes = Blobs.readTop(files, configName, reference);
    config = ImageConfig.parse(bytes, configName + " of " + reference);
    Descriptor configBlob = Descriptor.of(MediaTypes.OCI_CONFIG, bytes);
    names.put(configBlob.digest(), configName);

    List<String> layerNames = image.strings("Layers");
    List<Digest> diffIds = config.diffIds();
    if (layerNames.size() != diffIds.size()) {
      throw failure(
          "manifest.json lists %s, the config %s"
              .formatted(
                  Quantity.of(layerNames.size(), "layer"), Quantity.of(diffIds.size(), "diffID")));
    }
    List<Descriptor> layers = new ArrayList<>();
    for (int i = 0; i < layerNames.size(); i++) {
      Descriptor layer = describe(layerNames.get(i), diffIds.get(i));
      names.put(layer.digest(), layerNames.get(i));
      layers.add(layer);
    }
    manifest = new Manifest(configBlob, layers, Map.of());
  }

  /**
   * Opens an image in an archive, an uncompressed tar, which is read in place.
   *
   * @param name the image's name and tag, by default {@code latest}; empty for the only image
   * @param platform the platform of the image, if required
   * @param reference the image as named by the user, for messages
   * @throws IOException if the archive has no such image
   */
  public static ImageSource open(
      Path archive, String name, PlatformChoice platform, String reference) throws IOException {
    LayoutFiles files = ArchiveFiles.open(archive, reference);
    List<JsonObject> images =
        JsonObject.parseArray(
            Blobs.readTop(files, MANIFEST, reference), MANIFEST + " of " + reference);
    JsonObject image = choose(images, name, reference);
    DockerArchive source = new DockerArchive(files, image, reference);
    if (platform.required() && !platform.platform().accepts(source.config.platform())) {
      throw source.failure(
          "expected an image for "
              + platform.platform()
              + ", there is "
              + source.config.platform());
    }
    return source;
  }

  /**
   * Creates a sink for an archive with one image. A commit replaces an existing archive. Layers are
   * stored uncompressed; artifacts are dropped, because the archive has no manifest as their
   * subject. Blobs are staged in a directory beside the archive, at the end also uncompressed.
   *
   * @param names the image's names, with a tag or else {@code latest}; may be empty
   * @param reference the image as named by the user, for messages
   * @return the sink, which the caller closes; any thread may close it at any time. A commit
   *     returns the same descriptor as {@link #open}
   * @throws IllegalArgumentException if a name is invalid
   * @throws IOException if the archive's directory is not writable
   */
  public static ImageSink create(Path archive, List<String> names, String reference)
      throws IOException {
    return create(archive, names, reference, notice -> {});
  }

  /**
   * Creates a sink like {@link #create(Path, List, String)}.
   *
   * @param notices receives a line after waiting a few seconds for another run that writes the same
   *     archive
   */
  public static ImageSink create(
      Path archive, List<String> names, String reference, Consumer<String> notices)
      throws IOException {
    for (String name : names) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "writing to %s: expected a name such as localhost/os:v1, got \"%s\""
                .formatted(reference, name));
      }
    }
    List<String> tagged = names.stream().map(DockerArchive::tagged).distinct().toList();
    return new DockerArchiveSink(archive, tagged, reference, notices);
  }

  private static JsonObject choose(List<JsonObject> images, String name, String reference)
      throws IOException {
    if (name.isEmpty() && images.size() == 1) {
      return images.get(0);
    }
    List<String> tags = new ArrayList<>();
    for (JsonObject image : images) {
      for (String tag : image.strings("RepoTags")) {
        if (!name.isEmpty() && normalized(tag).equals(normalized(name))) {
          return image;
        }
        tags.add(tag);
      }
    }
    String there = tags.isEmpty() ? "the images have no names" : "there is " + Messages.list(tags);
    throw new IOException(
        "opening "
            + reference
            + ": "
            + (name.isEmpty()
                ? "there are " + images.size() + " images, expected the name of one; "
                : "no image is named \"" + name + "\"; ")
            + there);
  }

  private static String normalized(String name) {
    return tagged(name.replaceFirst("^docker\\.io/(library/)?", ""));
  }

  private static String tagged(String name) {
    return name.indexOf(':', name.lastIndexOf('/') + 1) < 0 ? name + ":latest" : name;
  }

  private Descriptor describe(String name, Digest diffId) throws IOException {
    long size = requireFile(name);
    byte[] start;
    try (InputStream in = files.open(name)) {
      start = in.readNBytes(Magic.BYTES);
    }
    Magic compression = Magic.of(start);
    if (compression == Magic.NONE) {
      return new Descriptor(MediaTypes.OCI_LAYER, diffId, size);
    }
    if (compression != Magic.GZIP && compression != Magic.ZSTD) {
      throw failure(
          "layer %s is compressed with %s; expected a tar, plain or compressed by gzip or zstd"
              .formatted(name, compression.label()));
    }
    String mediaType = MediaTypes.OCI_LAYER + "+" + compression.label();
    Matcher matcher = NAMED_BY_DIGEST.matcher(name);
    Digest digest = matcher.matches() ? new Digest(matcher.group(1)) : hash(name);
    return new Descriptor(mediaType, digest, size);
  }

  private Digest hash(String name) throws IOException {
    var sha256 = Digest.sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = files.open(name)) {
      for (int n; (n = in.read(buffer)) > 0; ) {
        sha256.update(buffer, 0, n);
      }
    }
    return Digest.of(sha256);
  }

  private long requireFile(String name) throws IOException {
    OptionalLong size = files.size(name);
    if (size.isEmpty()) {
      throw failure("manifest.json names " + name + ", which is not in the archive");
    }
    return size.getAsLong();
  }

  private IOException failure(String problem) {
    return new IOException("opening " + reference + ": " + problem);
  }

  @Override
  public String reference() {
    return reference;
  }

  /** {@inheritDoc} Created with the manifest; the same for the same archive. */
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
    String name = names.get(blob.digest());
    if (name == null) {
      throw new MissingBlobException(reference, blob);
    }
    return new VerifyingInputStream(files.open(name), blob, reference);
  }

  /** {@inheritDoc} Always empty. */
  @Override
  public List<Manifest> referrers(Descriptor subject, Predicate<String> artifactType) {
    return List.of();
  }

  @Override
  public void close() {
    // Every stream has its own channel.
  }
}
