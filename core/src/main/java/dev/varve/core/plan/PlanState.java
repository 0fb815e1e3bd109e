package dev.varve.core.plan;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The state of an image for the next build: its division into layers, and the history of its
 * components. The state is attached to the image as an artifact, which clients never download.
 *
 * @param clamp the latest mtime of files without a package's mtime, in seconds since the epoch; the
 *     same in all builds of a series
 * @param compression the compression of the layers that were new in this image, such as {@code
 *     zstd:6}
 * @param compressor the implementation of the compression and its version
 * @param images the dates of the known images, oldest first and this one last, in seconds since the
 *     epoch
 * @param layers the image's layers, lowest first
 * @param components the components by name
 * @param packages the installed packages' versions by name; several versions of one name are
 *     separated by spaces
 * @param preservesMtimes whether files and directories have the mtimes of the image's source
 * @param predecessor the image that this one was planned with, if any
 */
public record PlanState(
    long clamp,
    String compression,
    String compressor,
    List<Long> images,
    List<LayerState> layers,
    Map<String, ComponentState> components,
    Map<String, String> packages,
    boolean preservesMtimes,
    Optional<Predecessor> predecessor) {

  /** The artifact type of the state. */
  public static final String ARTIFACT_TYPE = "application/vnd.varve.state.v1";

  /** The media type of the state's blob: JSON, compressed by zstd. */
  public static final String MEDIA_TYPE = "application/vnd.varve.state.v1+json+zstd";

  private static final int VERSION = 1;
  private static final long FIRST_TIME = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_TIME = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
  private static final String MTIMES = "mtimes";
  private static final String PRESERVED = "preserved";

  /** Copies the collections. */
  public PlanState {
    images = List.copyOf(images);
    layers = List.copyOf(layers);
    components = Collections.unmodifiableMap(new TreeMap<>(components));
    packages = Collections.unmodifiableMap(new TreeMap<>(packages));
  }

  /** Creates the state of an image with stable mtimes and without a predecessor. */
  public PlanState(
      long clamp,
      String compression,
      String compressor,
      List<Long> images,
      List<LayerState> layers,
      Map<String, ComponentState> components,
      Map<String, String> packages) {
    this(
        clamp,
        compression,
        compressor,
        images,
        layers,
        components,
        packages,
        false,
        Optional.empty());
  }

  /**
   * The image that another one was planned with, to repeat the plan.
   *
   * @param image the digest of the image's manifest
   * @param state the manifest that attaches the image's state, if any
   */
  public record Predecessor(Digest image, Optional<Descriptor> state) {}

  /**
   * The state of a layer.
   *
   * @param diffId the digest of the uncompressed tar
   * @param size the size of the uncompressed tar in bytes
   * @param components the names of the layer's components
   */
  public record LayerState(Digest diffId, long size, List<String> components) {
    /** Copies the list. */
    public LayerState {
      components = List.copyOf(components);
    }
  }

  /**
   * The state of a component.
   *
   * @param hash the digest of the component's content
   * @param size the uncompressed size in bytes
   * @param since the date of the first known image with the component, in seconds since the epoch
   * @param changed the dates of the later images in which the component changed
   * @param times the files' mtimes, if a later build could have the same files with other mtimes
   */
  public record ComponentState(
      Digest hash, long size, long since, List<Long> changed, Optional<FileTimes> times) {
    /** Copies the list. */
    public ComponentState {
      changed = List.copyOf(changed);
    }

    /** Creates the state of a component whose files have the same mtimes in all builds. */
    public ComponentState(Digest hash, long size, long since, List<Long> changed) {
      this(hash, size, since, changed, Optional.empty());
    }

    /** Returns the date of the image in which the component last changed. */
    public long lastChanged() {
      return changed.isEmpty() ? since : changed.get(changed.size() - 1);
    }
  }

  /**
   * Parses a state.
   *
   * @param json the decompressed document
   * @param name the document's name, for error messages
   */
  public static PlanState parse(byte[] json, String name) throws MalformedJsonException {
    JsonObject root = JsonObject.parse(json, name);
    if (root.number("formatVersion") != VERSION) {
      throw new MalformedJsonException(
          "reading "
              + name
              + ": expected formatVersion "
              + VERSION
              + ", got "
              + root.number("formatVersion")
              + "; a newer Varve wrote it");
    }
    List<LayerState> layers = layers(root, name);
    Map<String, ComponentState> components = components(root, name);
    return new PlanState(
        time(root.number("clamp"), root),
        root.string("compression"),
        root.string("compressor"),
        images(root),
        layers,
        components,
        root.stringMap("packages"),
        root.optionalString(MTIMES).filter(PRESERVED::equals).isPresent(),
        predecessor(root, name));
  }

  private static List<LayerState> layers(JsonObject root, String name)
      throws MalformedJsonException {
    List<LayerState> layers = new ArrayList<>();
    for (JsonObject layer : root.objects("layers")) {
      layers.add(
          new LayerState(
              digest(layer, "diffId", Digest::parse, name),
              size(layer),
              layer.strings("components")));
    }
    return layers;
  }

  private static Map<String, ComponentState> components(JsonObject root, String name)
      throws MalformedJsonException {
    Map<String, ComponentState> components = new TreeMap<>();
    for (JsonObject component : root.objects("components")) {
      components.put(
          component.string("name"),
          new ComponentState(
              digest(component, "hash", Digest::new, name),
              size(component),
              time(component.number("since"), component),
              times("changed", component),
              fileTimes(component, name)));
    }
    return components;
  }

  private static Optional<FileTimes> fileTimes(JsonObject component, String name)
      throws MalformedJsonException {
    if (!component.has("files")) {
      return Optional.empty();
    }
    Digest files = digest(component, "files", Digest::new, name);
    try {
      return Optional.of(new FileTimes(files, component.numbers("fileTimes")));
    } catch (IllegalArgumentException e) {
      throw component.malformed("\"fileTimes\": " + e.getMessage());
    }
  }

  private static Optional<Predecessor> predecessor(JsonObject root, String name)
      throws MalformedJsonException {
    Optional<JsonObject> json = root.optionalObject("previous");
    if (json.isEmpty()) {
      return Optional.empty();
    }
    Optional<JsonObject> state = json.get().optionalObject("state");
    return Optional.of(
        new Predecessor(
            digest(json.get(), "image", Digest::parse, name),
            state.isEmpty() ? Optional.empty() : Optional.of(Descriptor.fromJson(state.get()))));
  }

  private static List<Long> images(JsonObject root) throws MalformedJsonException {
    List<Long> images = times("images", root);
    if (images.isEmpty()) {
      throw root.malformed("expected the time of at least one image in \"images\"");
    }
    return images;
  }

  private static long size(JsonObject json) throws MalformedJsonException {
    long size = json.number("size");
    if (size < 0) {
      throw json.malformed("expected a size of at least 0, got " + size);
    }
    return size;
  }

  private static List<Long> times(String field, JsonObject json) throws MalformedJsonException {
    List<Long> times = json.numbers(field);
    for (long time : times) {
      time(time, json);
    }
    return times;
  }

  private static long time(long seconds, JsonObject json) throws MalformedJsonException {
    if (!isTime(seconds)) {
      throw json.malformed("expected a time in the years 0 to 9999, got " + seconds);
    }
    return seconds;
  }

  /** Returns whether a number of seconds since the epoch is a time in the years 0 to 9999. */
  public static boolean isTime(long seconds) {
    return seconds >= FIRST_TIME && seconds <= LAST_TIME;
  }

  private static Digest digest(
      JsonObject json, String field, Function<String, Digest> parser, String name)
      throws MalformedJsonException {
    try {
      return parser.apply(json.string(field));
    } catch (IllegalArgumentException e) {
      throw new MalformedJsonException(
          "reading " + name + ": \"" + field + "\": " + e.getMessage());
    }
  }

  /** Returns a copy without layers, which the planner therefore does not try to keep. */
  public PlanState withoutLayers() {
    return with(List.of(), predecessor);
  }

  /** Returns a copy with layers on top of the planned ones. */
  public PlanState withAppended(List<LayerState> further) {
    return with(Stream.concat(layers.stream(), further.stream()).toList(), predecessor);
  }

  /** Returns a copy with another predecessor. */
  public PlanState withPredecessor(Predecessor image) {
    return with(layers, Optional.of(image));
  }

  private PlanState with(List<LayerState> otherLayers, Optional<Predecessor> image) {
    return new PlanState(
        clamp,
        compression,
        compressor,
        images,
        otherLayers,
        components,
        packages,
        preservesMtimes,
        image);
  }

  /** Returns the state as JSON; equal states give the same bytes. */
  public JsonObject toJson() {
    List<JsonObject> layerList = new ArrayList<>();
    for (LayerState layer : layers) {
      layerList.add(
          JsonObject.EMPTY
              .with("diffId", layer.diffId().toString())
              .with("size", layer.size())
              .with("components", layer.components()));
    }
    List<Map<String, Object>> componentList = new ArrayList<>();
    components.forEach((name, component) -> componentList.add(toMap(name, component)));
    JsonObject json = JsonObject.EMPTY.with("formatVersion", VERSION);
    if (preservesMtimes) {
      json = json.with(MTIMES, PRESERVED);
    }
    if (predecessor.isPresent()) {
      json = json.with("previous", toJson(predecessor.get()));
    }
    return json.with("clamp", clamp)
        .with("compression", compression)
        .with("compressor", compressor)
        .with("images", images)
        .with("layers", layerList)
        .with("packages", packages)
        .with("components", componentList);
  }

  private static JsonObject toJson(Predecessor predecessor) {
    JsonObject json = JsonObject.EMPTY.with("image", predecessor.image().toString());
    return predecessor.state().isEmpty()
        ? json
        : json.with("state", predecessor.state().get().toJson());
  }

  private static Map<String, Object> toMap(String name, ComponentState component) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", name);
    map.put("hash", component.hash().hex());
    map.put("size", component.size());
    map.put("since", component.since());
    map.put("changed", component.changed());
    component
        .times()
        .ifPresent(
            times -> {
              map.put("files", times.files().hex());
              map.put("fileTimes", times.runs());
            });
    return map;
  }
}
