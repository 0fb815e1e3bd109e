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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What to rechunk, to where, and how. Immutable but for the source, sink and image it names. */
public final class RechunkRequest {
  /** As many layers as leave a few, of the 127 that every client takes, to images built on top. */
  public static final int DEFAULT_MAX_LAYERS = 120;

  private final Builder values;
  private final Optional<ImageSource> previous;

  private RechunkRequest(Builder values, Optional<ImageSource> previous) {
    this.values = values;
    this.previous = previous;
  }

  /**
   * Begins a request.
   *
   * @param scratch a directory for unpacked contents, with room for the uncompressed image; what is
   *     put there is deleted
   */
  public static Builder builder(TreeSource source, ImageSink sink, Path scratch) {
    return new Builder(source, sink, scratch);
  }

  /** What is rechunked. */
  public TreeSource source() {
    return values.source;
  }

  /** Where the result goes. */
  public ImageSink sink() {
    return values.sink;
  }

  /** Where unpacked contents go in between. */
  public Path scratch() {
    return values.scratch;
  }

  /** The image that clients have; empty for a fresh plan. */
  public Optional<ImageSource> previous() {
    return previous;
  }

  /** Opens what the previous image was planned with; by default it finds nothing. */
  public Predecessors predecessors() {
    return values.predecessors;
  }

  /** The same, planned with another image, or with none. */
  public RechunkRequest planningWith(Optional<ImageSource> image) {
    return new RechunkRequest(values, image);
  }

  /** A plan to continue in place of the previous image's own. */
  public Optional<PlanState> plan() {
    return Optional.ofNullable(values.plan);
  }

  /** How many layers there may be. */
  public int maxLayers() {
    return askedMaxLayers().orElse(DEFAULT_MAX_LAYERS);
  }

  /** How many layers there may be, for an engine that has another number of its own. */
  public OptionalInt askedMaxLayers() {
    return values.maxLayers == 0 ? OptionalInt.empty() : OptionalInt.of(values.maxLayers);
  }

  /** How layers that are new are compressed. */
  public Compression compression() {
    return askedCompression().orElseGet(() -> Compression.parse("zstd"));
  }

  /** How layers that are new are compressed, for an engine that has a way of its own. */
  public Optional<Compression> askedCompression() {
    return Optional.ofNullable(values.compression);
  }

  /** The user's groups. */
  public Groups groups() {
    return values.groups;
  }

  /** Whether the image's package database is read. */
  public boolean packages() {
    return values.packages;
  }

  /** What is to be said of the image, beside the labels. */
  public Notes notes() {
    return values.notes;
  }

  /**
   * Labels to set or, where the value is empty, to remove. The values are templates, with the names
   * of {@link dev.varve.core.notes.Substitutions}.
   */
  public Map<String, Optional<String>> labels() {
    return new LinkedHashMap<>(values.labels);
  }

  /** Annotations to set on the manifest; the values are templates, as labels' are. */
  public Map<String, String> annotations() {
    return new LinkedHashMap<>(values.annotations);
  }

  /** Paths to leave out, with all below them; no leading slash. */
  public List<String> prune() {
    return List.copyOf(values.prune);
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

  /**
   * Whether files and directories keep their mtimes, as a sealed image needs it; else they get
   * stable ones.
   */
  public boolean preserveMtimes() {
    return values.preserveMtimes;
  }

  /** Whether the result is read again and compared to the source before it is published. */
  public boolean verify() {
    return values.verify;
  }

  /** What the layers that are read, and those that are written, must keep within. */
  public LayerLimits layerLimits() {
    return values.layerLimits;
  }

  /** Who is told what goes on. */
  public Progress progress() {
    return values.progress;
  }

  /** Gathers a request. */
  public static final class Builder {
    private final TreeSource source;
    private final ImageSink sink;
    private final Path scratch;
    private @Nullable ImageSource previous;
    private Predecessors predecessors = Predecessors.NONE;
    private @Nullable PlanState plan;
    private int maxLayers;
    private @Nullable Compression compression;
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

    /** Plans with this image in mind, and reuses its layers. */
    public Builder previous(ImageSource image) {
      previous = image;
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
      plan = state;
      return this;
    }

    /** Allows this many layers, {@value #DEFAULT_MAX_LAYERS} unless told. */
    public Builder maxLayers(int most) {
      if (most < 1) {
        throw new IllegalArgumentException("expected at least one layer, got " + most);
      }
      maxLayers = most;
      return this;
    }

    /** Compresses new layers like this, by zstd at its default level unless told. */
    public Builder compression(Compression how) {
      compression = how;
      return this;
    }

    /** Uses these groups, none unless told. */
    public Builder groups(Groups used) {
      groups = used;
      return this;
    }

    /** Leaves the image's package database aside: no component comes from a package. */
    public Builder withoutPackages() {
      packages = false;
      return this;
    }

    /** Says this of the image, nothing in particular unless told. */
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

    /** Leaves out a path, with all below it; slashes around it don't matter. */
    public Builder prune(String path) {
      prune.add(pathToPrune(path));
      return this;
    }

    /** Keeps the mtimes of files and directories. */
    public Builder preserveMtimes(boolean really) {
      preserveMtimes = really;
      return this;
    }

    /** Reads the result again, and compares it to the source, before publishing it. */
    public Builder verify(boolean really) {
      verify = really;
      return this;
    }

    /** Reads and writes layers within these limits (default: {@link LayerLimits#DEFAULT}). */
    public Builder layerLimits(LayerLimits limits) {
      layerLimits = limits;
      return this;
    }

    /** Tells this what goes on. */
    public Builder progress(Progress listener) {
      progress = listener;
      return this;
    }

    /** The request. The builder is not to be used afterwards. */
    public RechunkRequest build() {
      return new RechunkRequest(this, Optional.ofNullable(previous));
    }
  }
}
