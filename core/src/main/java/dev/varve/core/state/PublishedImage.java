package dev.varve.core.state;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Quantity;
import dev.varve.core.compress.Decompression;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.core.packages.StableTimes;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.ComponentHash;
import dev.varve.core.plan.History;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.LayerState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * A published image with its layers and its state.
 *
 * @param reference the image as the user named it
 * @param descriptor the manifest's descriptor
 * @param layers the layers, lowest first
 * @param totalSize the download of a client that has no layer, in bytes
 * @param state the image's layout and the history of its components
 * @param stateArtifact the manifest that attaches the state to the image, if any
 */
public record PublishedImage(
    String reference,
    Descriptor descriptor,
    List<PublishedLayer> layers,
    long totalSize,
    PlanState state,
    Optional<Descriptor> stateArtifact) {

  /** The manifest annotation that repeats the clamp, in case the state is lost. */
  public static final String CLAMP_ANNOTATION = "dev.varve.clamp";

  /** The manifest annotation of an image that preserves its source's mtimes. */
  public static final String MTIMES_ANNOTATION = "dev.varve.mtimes";

  /** The annotation of a layer that names its components, separated by spaces. */
  public static final String COMPONENTS_ANNOTATION = "dev.varve.components";

  /** The value of {@link #MTIMES_ANNOTATION}. */
  public static final String PRESERVED = "preserved";

  /**
   * The largest state, in bytes: dozens of times that of an image with a few thousand components.
   */
  static final int MAX_STATE = 16 << 20;

  /** Copies the list. */
  public PublishedImage {
    layers = List.copyOf(layers);
  }

  /** The manifest annotation that identifies the source of an image. */
  public static final String SOURCE_ANNOTATION = "dev.varve.source";

  private static final String IN_REGISTRY = "docker://";

  /**
   * Returns the value of {@link #SOURCE_ANNOTATION} for an image: the digest of its config, which
   * differs for every build.
   *
   * @return empty for a directory, which has no config
   */
  public static Optional<Digest> source(ImageConfig config) throws IOException {
    return config.diffIds().isEmpty() ? Optional.empty() : Optional.of(Digest.of(config.toBytes()));
  }

  /**
   * Returns the value of {@link #SOURCE_ANNOTATION} for a directory: the digest of everything in it
   * except the times of directories.
   */
  public static Digest source(FileTree files) {
    return ComponentHash.of(StableTimes.ofDirectories(files, 0).entries());
  }

  /**
   * The image's public name: its digest, and for an image in a registry the repository. Local paths
   * are left out, because they have no meaning on other machines.
   */
  public String name() {
    if (!reference.startsWith(IN_REGISTRY)) {
      return descriptor.digest().toString();
    }
    String tagged = reference.replaceFirst("@.*", "");
    int colon = tagged.indexOf(':', tagged.lastIndexOf('/'));
    return (colon < 0 ? tagged : tagged.substring(0, colon)) + "@" + descriptor.digest();
  }

  /** The reference with the image's digest, which is added if missing. */
  public String pinned() {
    String digest = "@" + descriptor.digest();
    return reference.endsWith(digest) ? reference : reference + digest;
  }

  /**
   * A published layer.
   *
   * @param diffId the digest of the uncompressed tar
   * @param blob the blob that clients download
   */
  public record PublishedLayer(Digest diffId, Descriptor blob) {}

  /**
   * Reads an image's state, or rebuilds a missing state by reading all layers.
   *
   * @param rules the rules for rebuilding a missing state
   * @param scratch a directory for unpacked layers
   */
  public static PublishedImage of(
      ImageSource image, DivisionRules rules, Path scratch, Progress progress) throws IOException {
    return of(image, Optional.empty(), rules, scratch, progress, LayerLimits.DEFAULT);
  }

  /**
   * Reads or rebuilds an image's state, as above.
   *
   * @param artifact the manifest that attaches the state, for a place that no longer lists the
   *     image's artifacts; may have been removed
   * @param limits the limits for layers, if they are read
   */
  public static PublishedImage of(
      ImageSource image,
      Optional<Descriptor> artifact,
      DivisionRules rules,
      Path scratch,
      Progress progress,
      LayerLimits limits)
      throws IOException {
    requireLayers(image);
    Optional<Manifest> found = image.referrer(PlanState.ARTIFACT_TYPE);
    if (found.isEmpty() && artifact.isPresent()) {
      found = unlisted(image, artifact.get());
    }
    Optional<PlanState> attached =
        found.isPresent() ? attachedState(image, found.get()) : Optional.empty();
    PlanState state =
        attached.isPresent() ? attached.get() : rebuild(image, rules, scratch, progress, limits);
    return of(
        image.reference(),
        image.descriptor(),
        image.manifest(),
        image.config().diffIds(),
        state,
        attached.isPresent() ? found.map(Manifest::descriptor) : Optional.empty());
  }

  private static Optional<Manifest> unlisted(ImageSource image, Descriptor artifact)
      throws IOException {
    try {
      return Optional.of(image.manifest(artifact));
    } catch (MissingBlobException e) {
      return Optional.empty();
    }
  }

  /**
   * Checks that the config of an image describes its layers.
   *
   * @throws IOException if not, or if it is an artifact instead of an image
   */
  public static void requireLayers(ImageSource image) throws IOException {
    image.manifest().requireImage(image.reference());
    int layers = image.manifest().layers().size();
    int diffIds = image.config().diffIds().size();
    if (layers != diffIds) {
      throw new MalformedJsonException(
          "reading %s: expected one diffID for each layer, got %s and %s"
              .formatted(
                  image.reference(), Quantity.of(layers, "layer"), Quantity.of(diffIds, "diffID")));
    }
  }

  /** Creates an image with a known state that is not attached to the image. */
  public static PublishedImage of(
      String reference,
      Descriptor descriptor,
      Manifest manifest,
      List<Digest> diffIds,
      PlanState state) {
    return of(reference, descriptor, manifest, diffIds, state, Optional.empty());
  }

  /**
   * Creates an image with a known state.
   *
   * @param diffIds one for each layer of the manifest
   * @param stateArtifact the manifest that attaches the state, if there is one
   */
  public static PublishedImage of(
      String reference,
      Descriptor descriptor,
      Manifest manifest,
      List<Digest> diffIds,
      PlanState state,
      Optional<Descriptor> stateArtifact) {
    List<PublishedLayer> layers = new ArrayList<>();
    for (int i = 0; i < manifest.layers().size(); i++) {
      layers.add(new PublishedLayer(diffIds.get(i), manifest.layers().get(i)));
    }
    return new PublishedImage(
        reference, descriptor, layers, manifest.totalSize(), state, stateArtifact);
  }

  /** The image's layers by their diffIDs. */
  public Map<Digest, Descriptor> byDiffId() {
    Map<Digest, Descriptor> blobs = new HashMap<>();
    layers.forEach(layer -> blobs.putIfAbsent(layer.diffId(), layer.blob()));
    return blobs;
  }

  /**
   * Reads the state attached to an image; empty if no state is attached, its blob is missing, or it
   * describes other layers.
   */
  public static Optional<PlanState> attachedState(ImageSource image) throws IOException {
    Optional<Manifest> artifact = image.referrer(PlanState.ARTIFACT_TYPE);
    return artifact.isEmpty() ? Optional.empty() : attachedState(image, artifact.get());
  }

  private static Optional<PlanState> attachedState(ImageSource image, Manifest artifact)
      throws IOException {
    String name = "the state of " + image.reference();
    if (artifact.layers().size() != 1) {
      throw new MalformedJsonException(
          "reading " + name + ": expected one blob, got " + artifact.layers().size());
    }
    Descriptor blob = artifact.layers().get(0);
    try (InputStream compressed = image.open(blob);
        InputStream in = Decompression.open(compressed, name)) {
      byte[] json = in.readNBytes(MAX_STATE);
      if (in.read() >= 0) {
        throw new MalformedJsonException(
            "reading " + name + ": expected at most " + MAX_STATE + " bytes of JSON, got more");
      }
      PlanState state = PlanState.parse(json, name);
      return ifDescribes(state, image);
    } catch (MissingBlobException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the state if it describes the image's layers. Layers that another tool appended later
   * are added to it as {@link Component#APPENDED}.
   */
  private static Optional<PlanState> ifDescribes(PlanState state, ImageSource image)
      throws IOException {
    List<Digest> diffIds = image.config().diffIds();
    List<Digest> known = state.layers().stream().map(LayerState::diffId).toList();
    if (known.size() > diffIds.size() || !diffIds.subList(0, known.size()).equals(known)) {
      return Optional.empty();
    }
    List<LayerState> appended = new ArrayList<>();
    for (int i = known.size(); i < diffIds.size(); i++) {
      // The tar's size is unknown; the blob's size is a lower bound.
      long size = image.manifest().layers().get(i).size();
      appended.add(new LayerState(diffIds.get(i), size, List.of(Component.APPENDED)));
    }
    return Optional.of(appended.isEmpty() ? state : state.withAppended(appended));
  }

  private static PlanState rebuild(
      ImageSource image, DivisionRules rules, Path scratch, Progress progress, LayerLimits limits)
      throws IOException {
    progress.notice(
        image.reference() + " has no Varve state: rebuilding it from the image's layers");
    boolean preserved = PRESERVED.equals(image.manifest().annotations().get(MTIMES_ANNOTATION));
    try (LayeredTree read = LayeredTree.read(image, scratch, progress, limits)) {
      Division division =
          Division.of(
              read.tree(),
              annotatedClamp(image.manifest()),
              Map.of(),
              image.config().created(),
              rules.preservingMtimes(preserved),
              scratch,
              progress);
      return History.next(
          Optional.empty(),
          division.date(image.config().created()),
          division.clamp(),
          "unknown",
          "unknown",
          layerStates(read, image.config().diffIds(), division.components()),
          division.components(),
          division.packages(),
          preserved);
    }
  }

  /** Returns the clamp in a manifest's annotation, if any. */
  static OptionalLong annotatedClamp(Manifest manifest) {
    String text = manifest.annotations().getOrDefault(CLAMP_ANNOTATION, "");
    try {
      long clamp = text.isEmpty() ? Long.MAX_VALUE : Long.parseLong(text);
      return PlanState.isTime(clamp) ? OptionalLong.of(clamp) : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Returns for each layer the components that have a file in it. */
  private static List<LayerState> layerStates(
      LayeredTree read, List<Digest> diffIds, List<Component> components) {
    List<TreeSet<String>> names = new ArrayList<>();
    diffIds.forEach(diffId -> names.add(new TreeSet<>()));
    int[] origins = read.origins();
    for (Component component : components) {
      for (FileTree.Entry entry : component.entries()) {
        int index = read.tree().indexOf(entry.path());
        if (index >= 0 && origins[index] >= 0) {
          names.get(origins[index]).add(component.name());
        }
      }
    }
    List<LayerState> layers = new ArrayList<>();
    for (int i = 0; i < diffIds.size(); i++) {
      layers.add(new LayerState(diffIds.get(i), read.tarSizes().get(i), List.copyOf(names.get(i))));
    }
    return layers;
  }
}
