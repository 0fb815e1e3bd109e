package dev.varve.core.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.update.Release;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes images of a series from the contents of their components. */
public final class SeriesFixture {
  private final String name;
  private final Instant created;
  private final List<Descriptor> blobs = new ArrayList<>();
  private final List<Digest> diffIds = new ArrayList<>();
  private final List<LayerState> layers = new ArrayList<>();
  private final Map<String, ComponentState> components = new TreeMap<>();
  private final Map<String, String> packages = new TreeMap<>();
  private final Map<Digest, Long> deltas = new HashMap<>();
  private Optional<List<Descriptor>> built = Optional.empty();
  private Signing signing = Signing.UNKNOWN;
  private boolean hasState = true;

  private SeriesFixture(String name, Instant created) {
    this.name = name;
    this.created = created;
  }

  /** Begins an image. */
  public static SeriesFixture image(String name, String created) {
    return new SeriesFixture(name, Instant.parse(created));
  }

  /** Adds a component with a content. */
  public SeriesFixture component(String component, String content, long size) {
    components.put(component, new ComponentState(digest(content), size, 0, List.of()));
    return this;
  }

  /** Adds a layer, whose digest is that of its name. */
  public SeriesFixture layer(String layer, long size, String... held) {
    blobs.add(blob(layer, size));
    diffIds.add(digest("tar of " + layer));
    layers.add(new LayerState(digest("tar of " + layer), 3 * size, Arrays.asList(held)));
    return this;
  }

  /** Adds an installed package. */
  public SeriesFixture installed(String packageName, String version) {
    packages.put(packageName, version);
    return this;
  }

  /** Attaches a delta from another image. */
  public SeriesFixture delta(HistoryImage from, long bytes) {
    deltas.put(from.release().digest(), bytes);
    return this;
  }

  /** Tells the layers of the build that the image was made from. */
  public SeriesFixture built(Descriptor... of) {
    built = Optional.of(List.of(of));
    return this;
  }

  /** Tells who signed the image. */
  public SeriesFixture signing(Signing by) {
    signing = by;
    return this;
  }

  /** Leaves out the state. */
  public SeriesFixture withoutState() {
    hasState = false;
    return this;
  }

  /** Returns a blob, whose digest is that of its name. */
  public static Descriptor blob(String name, long size) {
    return new Descriptor(MediaTypes.OCI_LAYER, digest(name), size);
  }

  /** Returns the digest of a text. */
  public static Digest digest(String text) {
    return Digest.of(text.getBytes(UTF_8));
  }

  /** Returns the image. */
  public HistoryImage get() {
    Descriptor config = Descriptor.of(MediaTypes.OCI_CONFIG, name.getBytes(UTF_8));
    Manifest manifest = new Manifest(config, blobs, Map.of());
    PlanState state = new PlanState(0, "zstd:3", "", List.of(0L), layers, components, packages);
    return HistoryImage.of(
        new Release(name, manifest.descriptor().digest(), created, blobs, deltas),
        "",
        manifest,
        diffIds,
        hasState ? Optional.of(state) : Optional.empty(),
        built,
        signing);
  }
}
