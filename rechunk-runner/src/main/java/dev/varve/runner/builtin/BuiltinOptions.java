package dev.varve.runner.builtin;

import dev.varve.core.compress.Compression;
import dev.varve.core.packages.Repair;
import dev.varve.core.plan.Groups;
import dev.varve.core.plan.PlanState;
import dev.varve.core.state.DivisionRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The options that the built-in engine alone has.
 *
 * @param predecessors opens the images that the previous image was planned with, at the previous
 *     image's place
 * @param plan a plan to continue in place of the previous image's own
 * @param compression the compression of new layers
 * @param packages whether the image's package database is read
 * @param prune paths to leave out, with all below them; no leading slash
 * @param preserveMtimes whether files and directories keep their mtimes, as a sealed image needs;
 *     else they get stable ones
 * @param repairs what is restored as packages ship it
 * @param explain whether the files are found that made layers change
 * @param verify whether the result is read again and compared to the source before it is published
 */
public record BuiltinOptions(
    Predecessors predecessors,
    Optional<PlanState> plan,
    Compression compression,
    boolean packages,
    List<String> prune,
    boolean preserveMtimes,
    Set<Repair> repairs,
    boolean explain,
    boolean verify) {
  /** The options of an engine of which nothing special is wanted. */
  public static final BuiltinOptions DEFAULT = builder().build();

  /** Copies the collections. */
  public BuiltinOptions {
    prune = List.copyOf(prune);
    repairs = Set.copyOf(repairs);
    if (!packages && !Set.of(Repair.PYC).containsAll(repairs)) {
      throw new IllegalArgumentException(
          "repairing files as their packages ship them: expected the package databases to be read,"
              + " got that they are not");
    }
    if (preserveMtimes && !repairs.isEmpty()) {
      throw new IllegalArgumentException(
          "repairing files: expected stable mtimes, got preserved ones, as a sealed image needs; its"
              + " seal covers what is repaired");
    }
  }

  /** Begins with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the rules that divide an image's files. */
  DivisionRules rules(Groups groups) {
    return new DivisionRules(groups, packages, preserveMtimes, repairs);
  }

  /** Collects options. */
  public static final class Builder {
    private Predecessors predecessors = Predecessors.NONE;
    private Optional<PlanState> plan = Optional.empty();
    private Compression compression = Compression.parse("zstd");
    private boolean packages = true;
    private final List<String> prune = new ArrayList<>();
    private boolean preserveMtimes;
    private Set<Repair> repairs = Set.of();
    private boolean explain;
    private boolean verify;

    private Builder() {}

    /**
     * Skips a previous image that was made from the same source: the new image is planned with the
     * image that the previous one was planned with, and is the same image again (default: the
     * previous image is never skipped).
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

    /** Compresses new layers by this (default: zstd at its default level). */
    public Builder compression(Compression how) {
      compression = how;
      return this;
    }

    /** Ignores the image's package database: no component comes from a package. */
    public Builder withoutPackages() {
      packages = false;
      return this;
    }

    /**
     * Leaves out a path with all below it.
     *
     * @param path slashes around the path don't matter
     * @throws IllegalArgumentException if the path is the root
     */
    public Builder prune(String path) {
      String trimmed = path.replaceAll("^/+|/+$", "");
      if (trimmed.isEmpty()) {
        throw new IllegalArgumentException(
            "expected a path below / to prune, got \"" + path + "\"");
      }
      prune.add(trimmed);
      return this;
    }

    /** Keeps the mtimes of files and directories (default: false, stable mtimes). */
    public Builder preserveMtimes(boolean really) {
      preserveMtimes = really;
      return this;
    }

    /** Restores these things as packages ship them (default: none). */
    public Builder repairs(Set<Repair> what) {
      repairs = what;
      return this;
    }

    /**
     * Finds the files that made layers change, which takes reading those layers of the previous
     * image that the new one replaces (default: false).
     */
    public Builder explain(boolean really) {
      explain = really;
      return this;
    }

    /**
     * Reads the result again and compares it to the source before publishing it (default: false).
     */
    public Builder verify(boolean really) {
      verify = really;
      return this;
    }

    /** Returns the options. */
    public BuiltinOptions build() {
      return new BuiltinOptions(
          predecessors,
          plan,
          compression,
          packages,
          prune,
          preserveMtimes,
          repairs,
          explain,
          verify);
    }
  }
}
