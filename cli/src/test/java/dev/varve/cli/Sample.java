package dev.varve.cli;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.state.StateArtifact;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarWriter;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A small image with uncompressed layers; each layer has one component, a file. */
public final class Sample {
  private static final Instant CREATED = Instant.parse("2025-03-01T12:00:00Z");

  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final Map<String, String> packages = new TreeMap<>();
  private final Map<String, Long> changes = new TreeMap<>();
  private boolean withState;
  private Platform platform = Platform.parse("linux/amd64");

  /** Adds a layer with one file; its component is named after the path. */
  public Sample file(String path, String content) {
    return file(path, content.getBytes(StandardCharsets.UTF_8));
  }

  public Sample file(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  public Sample label(String name, String value) {
    labels.put(name, value);
    return this;
  }

  public Sample platform(String text) {
    platform = Platform.parse(text);
    return this;
  }

  /** Adds a state in which this package is installed. */
  public Sample installed(String name, String version) {
    packages.put(name, version);
    return withState();
  }

  /** Adds a state in which the file at {@code path} changed on this date. */
  public Sample changed(String path, String date) {
    changes.put(path, Instant.parse(date + "T00:00:00Z").getEpochSecond());
    return withState();
  }

  public Sample withState() {
    withState = true;
    return this;
  }

  public Descriptor writeTo(Path layout, String tag) throws IOException {
    try (ImageSink sink = OciLayout.create(layout, tag, "oci:" + layout + ":" + tag)) {
      return writeTo(sink);
    }
  }

  public Descriptor writeToArchive(Path archive, String tag) throws IOException {
    try (ImageSink sink = OciLayout.createArchive(archive, tag, "oci-archive:" + archive)) {
      return writeTo(sink);
    }
  }

  private Descriptor writeTo(ImageSink sink) throws IOException {
    List<Descriptor> layers = new ArrayList<>();
    List<LayerState> states = new ArrayList<>();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      byte[] tar = tar(file.getKey(), file.getValue());
      layers.add(sink.write(MediaTypes.OCI_LAYER, tar));
      states.add(new LayerState(Digest.of(tar), tar.length, List.of("file:/" + file.getKey())));
    }
    ImageConfig base = ImageConfig.forPlatform(platform);
    ImageConfig config =
        new ImageConfig(base.json().with("created", CREATED.toString()))
            .withLayers(states.stream().map(LayerState::diffId).toList(), List.of())
            .withLabels(labels);
    Manifest manifest =
        new Manifest(sink.write(MediaTypes.OCI_CONFIG, config.toBytes()), layers, Map.of());
    Descriptor subject = Descriptor.of(MediaTypes.OCI_MANIFEST, manifest.toBytes());
    List<Manifest> artifacts =
        withState ? List.of(StateArtifact.write(state(states), subject, sink)) : List.of();
    return sink.commit(manifest, platform, artifacts);
  }

  private PlanState state(List<LayerState> layers) {
    long created = CREATED.getEpochSecond();
    Map<String, ComponentState> components = new TreeMap<>();
    files.forEach(
        (path, bytes) -> {
          List<Long> changed = changes.containsKey(path) ? List.of(changes.get(path)) : List.of();
          long since = Instant.parse("2025-01-01T00:00:00Z").getEpochSecond();
          components.put(
              "file:/" + path, new ComponentState(Digest.of(bytes), bytes.length, since, changed));
        });
    return new PlanState(created, "none", "", List.of(created), layers, components, packages);
  }

  private static byte[] tar(String path, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(out);
    tar.add(
        new TarEntry(
            path, TarEntry.Type.FILE, 0644, 0, 0, bytes.length, 0, 0, "", Xattrs.EMPTY, 0, 0),
        new ByteArrayInputStream(bytes));
    tar.finish();
    return out.toByteArray();
  }
}
