package dev.varve.core.layout;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes OCI layouts without the tested code. */
public final class TestLayout {
  public final Path directory;
  public final List<Descriptor> entries = new ArrayList<>();

  public TestLayout(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory.resolve("blobs/sha256"));
    Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    save();
  }

  public Path blob(Descriptor blob) {
    return directory.resolve("blobs/" + blob.digest().toString().replace(':', '/'));
  }

  public TestLayout put(TestImage image) throws IOException {
    for (Map.Entry<Descriptor, byte[]> each : image.blobs.entrySet()) {
      Files.createDirectories(blob(each.getKey()).getParent());
      Files.write(blob(each.getKey()), each.getValue());
    }
    return this;
  }

  public Descriptor put(String mediaType, byte[] bytes) throws IOException {
    Descriptor blob = Descriptor.of(mediaType, bytes);
    Files.write(blob(blob), bytes);
    return blob;
  }

  public TestLayout add(TestImage image, String tag) throws IOException {
    put(image);
    return list(tagged(image.descriptor(), tag));
  }

  public TestLayout list(Descriptor... descriptors) throws IOException {
    entries.addAll(List.of(descriptors));
    return save();
  }

  private TestLayout save() throws IOException {
    Files.write(directory.resolve("index.json"), ImageIndex.EMPTY.withManifests(entries).toBytes());
    return this;
  }

  public Descriptor index(Descriptor... children) throws IOException {
    return put(MediaTypes.OCI_INDEX, ImageIndex.EMPTY.withManifests(List.of(children)).toBytes());
  }

  public static Descriptor tagged(Descriptor blob, String tag) {
    return tag.isEmpty() ? blob : OciLayout.withTag(blob, tag);
  }

  /** Packs the layout with "./" before each name, as tar -C does. */
  public Path pack(Path archive) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (var walk = Files.walk(directory)) {
      for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return pack(archive, files, Map.of());
  }

  public static Path pack(Path archive, Map<String, byte[]> files, Map<String, String> symlinks)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(archive)) {
      TarWriter tar = new TarWriter(out);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        byte[] content = file.getValue();
        tar.add(TestImage.entry(file.getKey(), content.length), new ByteArrayInputStream(content));
      }
      for (Map.Entry<String, String> link : symlinks.entrySet()) {
        tar.add(TestImage.link(link.getKey(), TarEntry.Type.SYMLINK, link.getValue(), 0));
      }
      tar.finish();
    }
    return archive;
  }

  /** Writes the image as {@code docker save} does, with uncompressed layers. */
  public static Path dockerArchive(Path archive, TestImage image, String tag) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    List<String> layers = new ArrayList<>();
    for (byte[] tar : image.tars) {
      layers.add("\"" + layers.size() + "/layer.tar\"");
      files.put(layers.size() - 1 + "/layer.tar", tar);
    }
    files.put("config.json", image.config().toBytes());
    files.put(
        "manifest.json",
        "[{\"Config\":\"config.json\",\"RepoTags\":[\"%s\"],\"Layers\":[%s]}]"
            .formatted(tag, String.join(",", layers))
            .getBytes(StandardCharsets.UTF_8));
    return pack(archive, files, Map.of());
  }
}
