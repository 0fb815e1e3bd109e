package dev.varve.runner;

import dev.varve.core.bytes.Progress;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.notes.Notes;
import dev.varve.core.plan.Groups;
import dev.varve.core.plan.PlanState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to rechunk, to where, and how. The source, the sink and the previous image stay open;
 * whoever opened them closes them.
 *
 * @param source is rechunked
 * @param sink gets the result
 * @param scratch a directory for unpacked contents, with room for the uncompressed image; what is
 *     put there is deleted
 * @param previous the image that clients have; empty for a fresh plan
 * @param predecessors opens what the previous image was planned with; by default it finds nothing
 * @param plan a plan to continue in place of the previous image's own
 * @param askedMaxLayers how many layers there may be; empty for the engine's own number
 * @param askedCompression how layers that are new are compressed; empty for the engine's own way
 * @param groups the user's groups
 * @param packages whether the image's package database is read
 * @param notes what is to be said of the image, beside the labels
 * @param labels to set or, where the value is empty, to remove, in their order; the values are
 *     templates, with the names of {@link dev.varve.core.notes.Substitutions}
 * @param annotations to set on the manifest, in their order; the values are templates, too
 * @param prune paths to leave out, with all below them; no leading slash
 * @param preserveMtimes whether files and directories keep their mtimes, as a sealed image needs;
 *     else they get stable ones
 * @param verify whether the result is read again and compared to the source before it is published
 * @param layerLimits the limits of the layers that are read and written
 * @param progress hears of the work
 */
public record RechunkRequest(
    TreeSource source,
    ImageSink sink,
    Path scratch,
    Optional<ImageSource> previous,
    Predecessors predecessors,
    Optional<PlanState> plan,
    OptionalInt askedMaxLayers,
    Optional<Compression> askedCompression,
    Groups groups,
    boolean packages,
    Notes notes,
    Map<String, Optional<String>> labels,
    Map<String, String> annotations,
    List<String> prune,
    boolean preserveMtimes,
    boolean verify,
    LayerLimits layerLimits,
    Progress progress) {
  /** As many layers as leave a few, of the 127 that every client takes, to images built on top. */
  public static final int DEFAULT_MAX_LAYERS = 120;

  /** Freezes the collections, and checks the number of layers. */
  public RechunkRequest {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    prune = List.copyOf(prune);
    requireOne(askedMaxLayers.orElse(1));
  }

  private static void requireOne(int layers) {
    if (layers < 1) {
      throw new IllegalArgumentException("expected at least one layer, got " + layers);
    }
  }

  /** Begins a request for what has no default; parameters as the record's. */
  public static Builder builder(TreeSource source, ImageSink sink, Path scratch) {
    return new Builder(source, sink, scratch);
  }

  /** A copy that is planned with another image, or with none. */
  public RechunkRequest planningWith(Optional<ImageSource> image) {
    return new RechunkRequest(
        source,
        sink,
        scratch,
        image,
        predecessors,
        plan,
        askedMaxLayers,
        askedCompression,
        groups,
        packages,
        notes,
        labels,
        annotations,
        prune,
        preserveMtimes,
        verify,
        layerLimits,
        progress);
  }

  /** How many layers there may be, by default {@value #DEFAULT_MAX_LAYERS}. */
  public int maxLayers() {
    return askedMaxLayers.orElse(DEFAULT_MAX_LAYERS);
  }

  /** How layers that are new are compressed, by default by zstd at its default level. */
  public Compression compression() {
    return askedCompression.orElseGet(() -> Compression.parse("zstd"));
  }

  /**
   * A path to leave out, as {@link #prune()} has it.
   *
   * @param path slashes around it don't matter
   * @throws IllegalArgumentException if the path is the root
   */
  public static String pathToPrune(String path) {
    String trimmed = path.replaceAll("^/+|/+$", "");
    if (trimmed.isEmpty()) {
      throw new IllegalArgumentException("expected a path below / to prune, got \"" + path + "\"");
    }
    return trimmed;
  }

  /** Collects the fields of a request. */
  public static final class Builder {
    private final TreeSource source;
    private final ImageSink sink;
    private final Path scratch;
    private Optional<ImageSource> previous = Optional.empty();
    private Predecessors predecessors = Predecessors.NONE;
    private Optional<PlanState> plan = Optional.empty();
    private OptionalInt maxLayers = OptionalInt.empty();
    private Optional<Compression> compression = Optional.empty();
    private Groups groups = Groups.NONE;
    private boolean packages = true;
    private Notes notes = Notes.NONE;
    private final Map<String, Optional<String>> labels = new LinkedHashMap<>();
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private final List<String> prune = new ArrayList<>();
    private boolean preserveMtimes;
    private boolean verify;
    private LayerLimits layerLimits = LayerLimits.DEFAULT;
    private Progress progress = Progress.SILENT;

    private Builder(TreeSource source, ImageSink sink, Path scratch) {
      this.source = source;
      this.sink = sink;
      this.scratch = scratch;
    }

    /** Plans with the image that clients have, and reuses its layers (default: none). */
    public Builder previous(ImageSource image) {
      previous = Optional.of(image);
      return this;
    }

    /**
     * Steps over a previous image that was made from the same source: the new one is planned with
     * what that was planned with, and is the same image again. Without this it is planned with the
     * previous image in any case.
     */
    public Builder predecessors(Predecessors places) {
      predecessors = places;
      return this;
    }

    /** Continues this plan in place of the previous image's own. */
    public Builder plan(PlanState state) {
      plan = Optional.of(state);
      return this;
    }

    /** Allows this many layers (default: {@value #DEFAULT_MAX_LAYERS}). */
    public Builder maxLayers(int most) {
      requireOne(most); // at once: the caller may have work to do before it builds
      maxLayers = OptionalInt.of(most);
      return this;
    }

    /** Compresses new layers by this (default: zstd at its default level). */
    public Builder compression(Compression how) {
      compression = Optional.of(how);
      return this;
    }

    /** Uses these groups (default: none). */
    public Builder groups(Groups used) {
      groups = used;
      return this;
    }

    /** Ignores the image's package database: no component comes from a package. */
    public Builder withoutPackages() {
      packages = false;
      return this;
    }

    /** Says this of the image (default: nothing in particular). */
    public Builder notes(Notes said) {
      notes = said;
      return this;
    }

    /**
     * Sets a label.
     *
     * @param value a template, with the names of {@link dev.varve.core.notes.Substitutions}
     */
    public Builder label(String name, String value) {
      labels.put(name, Optional.of(value));
      return this;
    }

    /** Removes a label. */
    public Builder withoutLabel(String name) {
      labels.put(name, Optional.empty());
      return this;
    }

    /**
     * Annotates the manifest.
     *
     * @param value a template, as a label's
     */
    public Builder annotation(String name, String value) {
      annotations.put(name, value);
      return this;
    }

    /** Leaves out a path with all below it; slashes around the path don't matter. */
    public Builder prune(String path) {
      prune.add(pathToPrune(path));
      return this;
    }

    /** Keeps the mtimes of files and directories (default: false, stable mtimes). */
    public Builder preserveMtimes(boolean really) {
      preserveMtimes = really;
      return this;
    }

    /**
     * Reads the result again and compares it to the source before publishing it (default: false).
     */
    public Builder verify(boolean really) {
      verify = really;
      return this;
    }

    /** Reads and writes layers within these limits (default: {@link LayerLimits#DEFAULT}). */
    public Builder layerLimits(LayerLimits limits) {
      layerLimits = limits;
      return this;
    }

    /** Reports the work to a listener (default: none). */
    public Builder progress(Progress listener) {
      progress = listener;
      return this;
    }

    /**
     * The request.
     *
     * @throws IllegalArgumentException if fewer than one layer is allowed
     */
    public RechunkRequest build() {
      return new RechunkRequest(
          source,
          sink,
          scratch,
          previous,
          predecessors,
          plan,
          maxLayers,
          compression,
          groups,
          packages,
          notes,
          labels,
          annotations,
          prune,
          preserveMtimes,
          verify,
          layerLimits,
          progress);
    }
  }
}
