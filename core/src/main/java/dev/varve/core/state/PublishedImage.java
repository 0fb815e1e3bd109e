package dev.varve.core.state;

import dev.varve.core.bytes.Progress;
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
 * An image that clients may have, with what is known of it.
 *
 * @param reference the image as the user named it
 * @param descriptor of its manifest
 * @param layers its layers, lowest first
 * @param totalSize bytes that a client downloads that has nothing of it
 * @param state how it is laid out, and its components' history
 * @param stateArtifact the manifest that attaches the state to it; empty if there is none
 */
public record PublishedImage(
    String reference,
    Descriptor descriptor,
    List<PublishedLayer> layers,
    long totalSize,
    PlanState state,
    Optional<Descriptor> stateArtifact) {

  /** The manifest annotation that repeats the clamp, for the day the state is lost. */
  public static final String CLAMP_ANNOTATION = "dev.varve.clamp";

  /** The manifest annotation of an image that preserves its source's mtimes. */
  public static final String MTIMES_ANNOTATION = "dev.varve.mtimes";

  /** What {@link #MTIMES_ANNOTATION} says. */
  public static final String PRESERVED = "preserved";

  /** Dozens of times what an image of a few thousand components has. */
  static final int MAX_STATE = 16 << 20;

  /** Freezes the list. */
  public PublishedImage {
    layers = List.copyOf(layers);
  }

  /** The manifest annotation that says what an image was made of. */
  public static final String SOURCE_ANNOTATION = "dev.varve.source";

  private static final String IN_REGISTRY = "docker://";

  /**
   * What {@link #SOURCE_ANNOTATION} says of a source: the digest of its config, which every build
   * writes anew.
   *
   * @return empty for a directory, which has no config of its own
   */
  public static Optional<Digest> source(ImageConfig config) throws IOException {
    return config.diffIds().isEmpty() ? Optional.empty() : Optional.of(Digest.of(config.toBytes()));
  }

  /**
   * What {@link #SOURCE_ANNOTATION} says of a directory: the digest of all that is in it, but for
   * the times of directories.
   */
  public static Digest source(FileTree files) {
    return ComponentHash.of(StableTimes.ofDirectories(files, 0).entries());
  }

  /**
   * The name by which everybody knows the image: its digest and, where it is in a registry, the
   * repository. Where it lies on this machine is nobody else's concern.
   */
  public String name() {
    if (!reference.startsWith(IN_REGISTRY)) {
      return descriptor.digest().toString();
    }
    String tagged = reference.replaceFirst("@.*", "");
    int colon = tagged.indexOf(':', tagged.lastIndexOf('/'));
    return (colon < 0 ? tagged : tagged.substring(0, colon)) + "@" + descriptor.digest();
  }

  /** The reference, with the image's digest unless it ends with it already. */
  public String pinned() {
    String digest = "@" + descriptor.digest();
    return reference.endsWith(digest) ? reference : reference + digest;
  }

  /**
   * A layer, as it is published.
   *
   * @param diffId the digest of its uncompressed tar
   * @param blob what clients download
   */
  public record PublishedLayer(Digest diffId, Descriptor blob) {}

  /**
   * Finds out what is known of an image: from its state, or else by reading all of its layers.
   *
   * @param rules what the state is rebuilt by, where it is missing
   * @param scratch a directory for unpacked layers
   */
  public static PublishedImage of(
      ImageSource image, DivisionRules rules, Path scratch, Progress progress) throws IOException {
    return of(image, Optional.empty(), rules, scratch, progress, LayerLimits.DEFAULT);
  }

  /**
   * Finds out what is known of an image, as above.
   *
   * @param artifact the manifest that attaches its state, for an image that a place no longer lists
   *     anything for; may have been removed
   * @param limits what its layers must keep within, where they are read
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

  private static void requireLayers(ImageSource image) throws IOException {
    int layers = image.manifest().layers().size();
    int diffIds = image.config().diffIds().size();
    if (layers != diffIds) {
      throw new MalformedJsonException(
          "reading %s: its manifest has %d layers, its config %d diffIDs"
              .formatted(image.reference(), layers, diffIds));
    }
  }

  /** An image of which everything is known, and to which no state is attached. */
  public static PublishedImage of(
      String reference,
      Descriptor descriptor,
      Manifest manifest,
      List<Digest> diffIds,
      PlanState state) {
    return of(reference, descriptor, manifest, diffIds, state, Optional.empty());
  }

  /**
   * An image of which everything is known.
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
   * The state attached to an image; empty if there is none, its blob was lost, or it speaks of
   * other layers.
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
    try (InputStream in = Decompression.open(image.open(blob), name)) {
      byte[] json = in.readNBytes(MAX_STATE);
      if (in.read() >= 0) {
        throw new MalformedJsonException(
            "reading " + name + ": expected at most " + MAX_STATE + " bytes of JSON, got more");
      }
      PlanState state = PlanState.parse(json, name);
      return speaksOf(state, image);
    } catch (MissingBlobException e) {
      return Optional.empty();
    }
  }

  /**
   * The state, if it is that of the image's layers. Layers that were appended to those are in no
   * plan: the state lists them with a name of their own.
   */
  private static Optional<PlanState> speaksOf(PlanState state, ImageSource image)
      throws IOException {
    List<Digest> diffIds = image.config().diffIds();
    List<Digest> known = state.layers().stream().map(LayerState::diffId).toList();
    if (known.size() > diffIds.size() || !diffIds.subList(0, known.size()).equals(known)) {
      return Optional.empty();
    }
    List<LayerState> appended = new ArrayList<>();
    for (int i = known.size(); i < diffIds.size(); i++) {
      // The length of the tar is written nowhere; that of the blob is the least it can be.
      long size = image.manifest().layers().get(i).size();
      appended.add(new LayerState(diffIds.get(i), size, List.of(Component.APPENDED)));
    }
    return Optional.of(appended.isEmpty() ? state : state.withAppended(appended));
  }

  private static PlanState rebuild(
      ImageSource image, DivisionRules rules, Path scratch, Progress progress, LayerLimits limits)
      throws IOException {
    progress.notice(
        image.reference() + " has no state of Varve's: rebuilding it from the image's layers");
    boolean preserved = PRESERVED.equals(image.manifest().annotations().get(MTIMES_ANNOTATION));
    try (LayeredTree read = LayeredTree.read(image, scratch, progress, limits)) {
      Division division =
          Division.of(
              read.tree(),
              annotatedClamp(image.manifest()),
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

  /** The clamp that an image was made with, where its manifest says so. */
  static OptionalLong annotatedClamp(Manifest manifest) {
    String text = manifest.annotations().getOrDefault(CLAMP_ANNOTATION, "");
    try {
      return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Which components have a file in which layer. */
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
