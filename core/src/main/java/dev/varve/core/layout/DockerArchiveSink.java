package dev.varve.core.layout;

import dev.varve.core.bytes.Quantity;
import dev.varve.core.bytes.WriteFailure;
import dev.varve.core.compress.Decompression;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.json.JsonObject;
import dev.varve.core.parallel.Parallel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Writes an image in the format of {@code docker save}, with layers as plain tars. */
final class DockerArchiveSink implements ImageSink {
  private final String reference;
  private final Path place;
  private final List<String> names;
  private final StagedBlobs blobs;

  DockerArchiveSink(Path archive, List<String> names, String reference, Consumer<String> notices)
      throws IOException {
    this.reference = reference;
    this.place = ArchiveTar.place(archive, reference);
    this.names = names;
    this.blobs = StagedBlobs.beginArchive(place, reference, notices);
  }

  /** A layer and the digest of its plain tar. */
  private record Layer(Descriptor blob, Digest diffId) {}

  @Override
  public String reference() {
    return reference;
  }

  @Override
  public boolean keepsManifest() {
    return false;
  }

  @Override
  public BlobWriter newBlob() throws IOException {
    return blobs.begin();
  }

  @Override
  public void reuse(BlobSource from, Descriptor blob) throws IOException {
    if (!blobs.has(blob)) {
      blobs.takeOver(from, blob);
    }
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    blobs.requireOpen();
    return blobs.source().open(blob);
  }

  @Override
  public Descriptor commit(Manifest manifest, Platform platform, List<Manifest> artifacts)
      throws IOException {
    return blobs.end(() -> publish(manifest));
  }

  private Descriptor publish(Manifest manifest) throws IOException {
    for (Descriptor blob : manifest.blobs()) {
      if (!blobs.has(blob)) {
        throw new IllegalArgumentException(
            "blob " + blob.digest() + " was neither written to " + reference + " nor reused");
      }
    }
    byte[] config = blobs.source().read(manifest.config(), "config", BlobSource.MAX_CONFIG_BYTES);
    List<Descriptor> layers = Parallel.map(layers(manifest), this::unpack);
    String configName = manifest.config().digest().hex() + ".json";
    Set<Digest> tars = new LinkedHashSet<>(); // two layers may have the same tar
    layers.forEach(layer -> tars.add(layer.digest()));
    try {
      ArchiveTar.publish(
          place,
          blobs,
          tar -> {
            tar.add(DockerArchive.MANIFEST, manifestJson(configName, layers));
            tar.add(configName, config);
            for (Digest each : tars) {
              tar.addBlob(tarName(each), each);
            }
          });
    } catch (IOException e) {
      throw WriteFailure.explain("writing " + reference, place, e);
    }
    return new Manifest(Descriptor.of(MediaTypes.OCI_CONFIG, config), layers, Map.of())
        .descriptor();
  }

  private List<Layer> layers(Manifest manifest) throws IOException {
    List<Digest> diffIds = blobs.source().config(manifest.config()).diffIds();
    if (manifest.layers().size() != diffIds.size()) {
      throw new IOException(
          "writing %s: expected a diffID for each of %s in the config, got %d"
              .formatted(
                  reference, Quantity.of(manifest.layers().size(), "layer"), diffIds.size()));
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < diffIds.size(); i++) {
      layers.add(new Layer(manifest.layers().get(i), diffIds.get(i)));
    }
    return layers;
  }

  /** Stages the plain tar of a layer. */
  private Descriptor unpack(Layer layer) throws IOException {
    String name = "layer " + layer.blob().digest();
    if (!MediaTypes.isLayer(layer.blob().mediaType())) {
      throw new IOException(
          "writing " + reference + ": " + name + " is no tar but " + layer.blob().mediaType());
    }
    try (InputStream in = blobs.source().open(layer.blob());
        InputStream tar = Decompression.open(in, name)) {
      if (layer.blob().digest().equals(layer.diffId())) {
        return new Descriptor(MediaTypes.OCI_LAYER, layer.diffId(), layer.blob().size());
      }
      MessageDigest hash = layer.diffId().algorithm().newHash();
      try (BlobWriter writer = blobs.begin()) {
        new DigestInputStream(tar, hash).transferTo(writer);
        Descriptor plain = writer.finish(MediaTypes.OCI_LAYER);
        Digest got = Digest.of(hash);
        if (!got.equals(layer.diffId())) {
          throw new IOException(
              "writing %s: expected a tar of digest %s in %s, got %s"
                  .formatted(reference, layer.diffId(), name, got));
        }
        return plain;
      }
    }
  }

  private byte[] manifestJson(String configName, List<Descriptor> layers) {
    String image =
        JsonObject.EMPTY
            .with("Config", configName)
            .with("RepoTags", names)
            .with("Layers", layers.stream().map(layer -> tarName(layer.digest())).toList())
            .toString();
    return ("[" + image + "]").getBytes(StandardCharsets.UTF_8);
  }

  private static String tarName(Digest diffId) {
    return diffId.hex() + ".tar";
  }

  @Override
  public void close() throws IOException {
    blobs.close();
  }
}
