package dev.varve.runner;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.notes.Notes;
import dev.varve.core.plan.Groups;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The source and the sink of a rechunk, and the options that every engine supports. The source, the
 * sink and the previous image stay open; the caller closes them.
 *
 * @param source the image to rechunk
 * @param sink the destination of the result
 * @param scratch a directory for unpacked contents, with space for the uncompressed image; the
 *     engine deletes its files there
 * @param previous the image that clients have; empty for a fresh plan
 * @param maxLayers the maximum number of layers; empty for the engine's default
 * @param groups the groups of packages and files, which become components
 * @param notes version, description and changelog of the image
 * @param labels the labels to set or, if the value is empty, to remove, in their order; the values
 *     are templates, with the names of {@link dev.varve.core.notes.Substitutions}
 * @param annotations the annotations to set on the manifest, in their order; the values are
 *     templates as well
 * @param layerLimits the limits for layers read and written
 * @param progress gets the progress and the notices
 */
public record RechunkRequest(
    TreeSource source,
    ImageSink sink,
    Path scratch,
    Optional<ImageSource> previous,
    OptionalInt maxLayers,
    Groups groups,
    Notes notes,
    Map<String, Optional<String>> labels,
    Map<String, String> annotations,
    LayerLimits layerLimits,
    Progress progress) {
  /** Copies the collections, and checks the number of layers. */
  public RechunkRequest {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    requireOne(maxLayers.orElse(1));
  }

  private static void requireOne(int layers) {
    if (layers < 1) {
      throw new IllegalArgumentException("expected at least one layer, got " + layers);
    }
  }

  /**
   * Returns a builder with the values that have no default; the parameters are those of the record.
   */
  public static Builder builder(TreeSource source, ImageSink sink, Path scratch) {
    return new Builder(source, sink, scratch);
  }

  /** Returns a copy with another previous image, or with none. */
  public RechunkRequest planningWith(Optional<ImageSource> image) {
    return new RechunkRequest(
        source,
        sink,
        scratch,
        image,
        maxLayers,
        groups,
        notes,
        labels,
        annotations,
        layerLimits,
        progress);
  }

  /** Collects the fields of a request. */
  public static final class Builder {
    private final TreeSource source;
    private final ImageSink sink;
    private final Path scratch;
    private Optional<ImageSource> previous = Optional.empty();
    private OptionalInt maxLayers = OptionalInt.empty();
    private Groups groups = Groups.NONE;
    private Notes notes = Notes.NONE;
    private final Map<String, Optional<String>> labels = new LinkedHashMap<>();
    private final Map<String, String> annotations = new LinkedHashMap<>();
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

    /** Allows at most this many layers (default: the engine's default). */
    public Builder maxLayers(int most) {
      requireOne(most); // fails early: the caller may have work to do before it calls build
      maxLayers = OptionalInt.of(most);
      return this;
    }

    /** Makes components of these groups (default: none). */
    public Builder groups(Groups value) {
      groups = value;
      return this;
    }

    /** Sets version, description and changelog of the image (default: none). */
    public Builder notes(Notes value) {
      notes = value;
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
     * @param value a template, with the same names as the value of a label
     */
    public Builder annotation(String name, String value) {
      annotations.put(name, value);
      return this;
    }

    /** Reads and writes layers within these limits (default: {@link LayerLimits#DEFAULT}). */
    public Builder layerLimits(LayerLimits limits) {
      layerLimits = limits;
      return this;
    }

    /** Reports progress and notices to a listener (default: none). */
    public Builder progress(Progress listener) {
      progress = listener;
      return this;
    }

    /**
     * Returns the request.
     *
     * @throws IllegalArgumentException if fewer than one layer is allowed
     */
    public RechunkRequest build() {
      return new RechunkRequest(
          source,
          sink,
          scratch,
          previous,
          maxLayers,
          groups,
          notes,
          labels,
          annotations,
          layerLimits,
          progress);
    }
  }
}
