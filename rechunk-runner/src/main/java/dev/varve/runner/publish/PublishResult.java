package dev.varve.runner.publish;

import dev.varve.core.image.Digest;
import dev.varve.core.update.UpdateCost;
import dev.varve.registry.blob.UploadCount;
import dev.varve.registry.name.RepositoryName;
import dev.varve.runner.RechunkResult;
import java.util.List;
import java.util.Optional;

/**
 * The result of publishing an image.
 *
 * @param repository the repository of the image
 * @param build the tag, the version and the previous image
 * @param tags all tags that point to the image, the version tag first
 * @param result the result of rechunking
 * @param isNew whether the version tag is new, or pointed to another image before
 * @param uploaded the uploaded blobs, which the registry lacked
 * @param signature the description of the signer
 * @param sbom the attached bill of materials, if one was wanted
 * @param deltas the deltas that lead to the image, made by this run or an earlier one
 * @param trial whether this was a dry run, and nothing was published
 */
public record PublishResult(
    RepositoryName repository,
    Build build,
    List<String> tags,
    RechunkResult result,
    boolean isNew,
    UploadCount uploaded,
    String signature,
    Optional<PublishedSbom> sbom,
    List<PublishedDelta> deltas,
    boolean trial) {
  /** Copies the lists. */
  public PublishResult {
    tags = List.copyOf(tags);
    deltas = List.copyOf(deltas);
  }

  /** Returns the image's digest. */
  public Digest digest() {
    return result.image().descriptor().digest();
  }

  /** Returns the image by each tag, as {@code HOST/PATH:TAG}. */
  public List<String> paths() {
    return tags.stream().map(tag -> repository + ":" + tag).toList();
  }

  /** Returns the cost of the update; empty without a previous image. */
  public Optional<UpdateCost> update() {
    return result.previous().map(before -> UpdateCost.between(before, result.image()));
  }

  /** Returns the delta from the previous image, if there is one. */
  public Optional<PublishedDelta> deltaFromPrevious() {
    return PublishedDelta.fromPrevious(deltas, result);
  }

  /** Returns the previous image by digest; empty without one. */
  public String previous() {
    return build.previous().digest().map(digest -> repository + "@" + digest).orElse("");
  }
}
