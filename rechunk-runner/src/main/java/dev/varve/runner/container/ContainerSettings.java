package dev.varve.runner.container;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Options of the container engine and of the tool that other engines don't have. Immutable. */
public final class ContainerSettings {
  /** The supported release of the tool. */
  public static final String DEFAULT_TOOL = "ghcr.io/hhd-dev/rechunk:v1.2.4";

  /** The default limit on the time of a step. */
  public static final Duration DEFAULT_STEP_LIMIT = Duration.ofMinutes(10);

  /** The default limit on the time of all steps. */
  public static final Duration DEFAULT_TOTAL_LIMIT = Duration.ofHours(1);

  private final Builder values;

  private ContainerSettings(Builder values) {
    this.values = values;
  }

  /** Begins settings. */
  public static Builder builder() {
    return new Builder();
  }

  String tool() {
    return values.tool;
  }

  Duration stepLimit() {
    return values.stepLimit;
  }

  Duration totalLimit() {
    return values.totalLimit;
  }

  boolean keepSource() {
    return values.keepSource;
  }

  boolean clearPlan() {
    return values.clearPlan;
  }

  boolean fastCompression() {
    return values.fastCompression;
  }

  Optional<Path> meta() {
    return Optional.ofNullable(values.meta);
  }

  Optional<Path> git() {
    return Optional.ofNullable(values.git);
  }

  Set<String> taken() {
    return values.taken;
  }

  boolean ignoresKnownFailures() {
    return values.ignoresKnownFailures;
  }

  Clock clock() {
    return values.clock;
  }

  /** Collects settings. */
  public static final class Builder {
    private String tool = DEFAULT_TOOL;
    private Duration stepLimit = DEFAULT_STEP_LIMIT;
    private Duration totalLimit = DEFAULT_TOTAL_LIMIT;
    private boolean keepSource;
    private boolean clearPlan;
    private boolean fastCompression;
    private @Nullable Path meta;
    private @Nullable Path git;
    private Set<String> taken = Set.of();
    private boolean ignoresKnownFailures;
    private Clock clock = Clock.systemUTC();

    private Builder() {}

    /** Runs this image instead of {@value #DEFAULT_TOOL}. */
    public Builder tool(String image) {
      if (image.isEmpty() || image.startsWith("-")) {
        throw new IllegalArgumentException("expected an image's name, got \"" + image + "\"");
      }
      tool = image;
      return this;
    }

    /** Limits the time of each step (default: 10 minutes). */
    public Builder stepLimit(Duration limit) {
      stepLimit = limit;
      return this;
    }

    /** Limits the time of all steps together (default: 1 hour). */
    public Builder totalLimit(Duration limit) {
      totalLimit = limit;
      return this;
    }

    /** Keeps the source image in podman's storage (default: it is removed). */
    public Builder keepSource(boolean keep) {
      keepSource = keep;
      return this;
    }

    /** Plans without the previous image, which still counts for the version and the changelog. */
    public Builder clearPlan(boolean clear) {
      clearPlan = clear;
      return this;
    }

    /** Compresses layers by a fast gzip (default: gzip at the tool's own level). */
    public Builder fastCompression(boolean fast) {
      fastCompression = fast;
      return this;
    }

    /** Uses the groups in this file, in the tool's format, instead of the tool's groups. */
    public Builder meta(Path file) {
      meta = file;
      return this;
    }

    /** Takes the commits of the changelog from this repository's checkout. */
    public Builder git(Path checkout) {
      Path absolute = checkout.toAbsolutePath().normalize();
      if (absolute.toString().contains(":")) {
        throw new IllegalArgumentException(
            "podman doesn't support a colon in a path: " + absolute + "; use another directory");
      }
      git = absolute;
      return this;
    }

    /** The versions in use, to which the tool appends .1 to .9; a tenth build fails. */
    public Builder taken(List<String> versions) {
      taken = Set.copyOf(versions);
      return this;
    }

    /**
     * Runs the tool even if it is known to fail with the image, after a notice: for a fixed version
     * of the tool.
     */
    public Builder ignoreKnownFailures(boolean ignore) {
      ignoresKnownFailures = ignore;
      return this;
    }

    /** Counts the ages of changelogs' entries, as the tool does, from this clock's time. */
    public Builder clock(Clock time) {
      clock = time;
      return this;
    }

    /** Returns the settings. The builder must not be used afterwards. */
    public ContainerSettings build() {
      return new ContainerSettings(this);
    }
  }
}
