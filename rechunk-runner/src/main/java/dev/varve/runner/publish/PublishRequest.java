package dev.varve.runner.publish;

import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.sbom.SbomFormat;
import dev.varve.registry.Repository;
import dev.varve.registry.name.ImageName;
import dev.varve.runner.RechunkEngine;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.builtin.BuiltinEngine;
import dev.varve.runner.naming.PreviousTag.Rules;
import dev.varve.runner.naming.TagSeries;
import dev.varve.runner.naming.VersionTag;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request to publish an image. The caller closes the source, the repository, the scratch
 * directory and the signer.
 *
 * @param source the image or directory to publish
 * @param repository the destination
 * @param scratch with space for the uncompressed image
 * @param version the version tag of the day
 * @param series the series of version tags
 * @param unique whether an existing version tag is not moved, and the image gets the next number
 * @param tags further tags that clients follow
 * @param previous finds the image that clients have
 * @param platform the choice of the previous image if its tag points to an index
 * @param engine the engine that rechunks the source
 * @param options further options of the request to the engine
 * @param signer signs the image by digest
 * @param sbom the format of the bill of materials to attach to the image; empty for none, as a dry
 *     run has
 * @param budgetBytes the largest download of an update in bytes; empty for no limit
 * @param budgetOfDelta whether the budget limits the download by the delta from the previous image,
 *     if it can be made, instead of the download by layers
 * @param deltas the deltas to make; a dry run makes none
 * @param force whether to move tags that somebody else has moved during the run, and further tags
 *     that point to a version with a later date
 * @param dryRun whether to push nothing
 */
public record PublishRequest(
    TreeSource source,
    Repository repository,
    Scratch scratch,
    VersionTag version,
    TagSeries series,
    boolean unique,
    List<String> tags,
    PreviousSearch previous,
    PlatformChoice platform,
    RechunkEngine engine,
    Options options,
    ImageSigner signer,
    Optional<SbomFormat> sbom,
    OptionalLong budgetBytes,
    boolean budgetOfDelta,
    DeltaOptions deltas,
    boolean force,
    boolean dryRun) {
  /**
   * Further options of the request to the engine, beyond source, destination and previous image.
   */
  public interface Options {
    /** Adds no option. */
    Options NONE = (request, source, previous) -> {};

    /**
     * Adds options to a request.
     *
     * @param source the source of the build
     * @param previous the image that clients have; null if there is none
     */
    void addTo(RechunkRequest.Builder request, TreeSource source, @Nullable ImageSource previous)
        throws IOException;
  }

  /**
   * Checks the tags, and whether the budget can be checked.
   *
   * @throws IllegalArgumentException if a tag is malformed, or the budget limits the delta and none
   *     is to be made
   */
  public PublishRequest {
    tags = List.copyOf(tags);
    tags.forEach(ImageName::requireTag);
    if (budgetOfDelta && !deltas.areWanted()) {
      throw new IllegalArgumentException(
          "the budget limits the delta from the previous image: expected deltas to be made, got none");
    }
  }

  /** Returns a builder with {@link VersionTag#DEFAULT_FORMAT} and the current time. */
  public static Builder builder(TreeSource source, Repository repository, Scratch scratch) {
    return new Builder(source, repository, scratch);
  }

  /** Collects the fields of a request. */
  public static final class Builder {
    private final TreeSource source;
    private final Repository repository;
    private final Scratch scratch;
    private String format = VersionTag.DEFAULT_FORMAT;
    private Instant now = Instant.now();
    private boolean unique;
    private final List<String> tags = new ArrayList<>();
    private @Nullable PreviousSearch previous;
    private PlatformChoice platform = PlatformChoice.anyOrFirst();
    private RechunkEngine engine = new BuiltinEngine();
    private Options options = Options.NONE;
    private ImageSigner signer = ImageSigner.NONE;
    private Optional<SbomFormat> sbom = Optional.empty();
    private OptionalLong budgetBytes = OptionalLong.empty();
    private boolean budgetOfDelta;
    private DeltaOptions deltas = DeltaOptions.NONE;
    private boolean force;
    private boolean dryRun;

    private Builder(TreeSource source, Repository repository, Scratch scratch) {
      this.source = source;
      this.repository = repository;
      this.scratch = scratch;
    }

    /** Sets the format and time of the version, as in {@link VersionTag#at}. */
    public Builder version(String versionFormat, Instant time) {
      format = versionFormat;
      now = time;
      return this;
    }

    /** Never moves an existing version tag, and gives the image the next number instead. */
    public Builder unique(boolean whether) {
      unique = whether;
      return this;
    }

    /** Adds tags that clients follow, such as {@code latest}. */
    public Builder tags(List<String> further) {
      tags.addAll(further);
      return this;
    }

    /** Sets the search for the previous image (default: the newest version tag before this one). */
    public Builder previous(PreviousSearch search) {
      previous = search;
      return this;
    }

    /** Sets the platform in a previous index (default: the machine's, or the first). */
    public Builder platform(PlatformChoice choice) {
      platform = choice;
      return this;
    }

    /** Rechunks with this engine (default: the built-in one). */
    public Builder engine(RechunkEngine chosen) {
      engine = chosen;
      return this;
    }

    /** Adds further options to the request to the engine. */
    public Builder options(Options further) {
      options = further;
      return this;
    }

    /** Signs with this signer (default: none). */
    public Builder signer(ImageSigner chosen) {
      signer = chosen;
      return this;
    }

    /** Attaches a bill of materials, which the signer signs (default: none). */
    public Builder sbom(SbomFormat format) {
      sbom = Optional.of(format);
      return this;
    }

    /** Moves no tag if the update's download is larger, in bytes (default: no limit). */
    public Builder budgetBytes(OptionalLong most) {
      budgetBytes = most;
      return this;
    }

    /** Limits the download by delta instead of the download by layers. */
    public Builder budgetOfDelta(boolean whether) {
      budgetOfDelta = whether;
      return this;
    }

    /** Makes deltas to the image (default: none). */
    public Builder deltas(DeltaOptions wanted) {
      deltas = wanted;
      return this;
    }

    /** Moves tags even if somebody else has moved them, or they point to a later version. */
    public Builder force(boolean whether) {
      force = whether;
      return this;
    }

    /** Pushes nothing. */
    public Builder dryRun(boolean whether) {
      dryRun = whether;
      return this;
    }

    /**
     * Returns the request.
     *
     * @throws IllegalArgumentException if the version's format or a tag is malformed, or the budget
     *     limits the delta and none is to be made
     */
    public PublishRequest build() {
      TagSeries series = TagSeries.of(format);
      Rules rules = Rules.of(series).following(tags);
      return new PublishRequest(
          source,
          repository,
          scratch,
          VersionTag.at(now, format),
          series,
          unique,
          tags,
          previous == null ? PreviousSearch.by(rules) : previous,
          platform,
          engine,
          options,
          signer,
          sbom,
          budgetBytes,
          budgetOfDelta,
          deltas,
          force,
          dryRun);
    }
  }
}
