package dev.varve.runner.publish;

import dev.varve.core.delta.UpdateCost;
import dev.varve.core.image.Digest;
import dev.varve.registry.RepositoryName;
import dev.varve.registry.UploadCount;
import dev.varve.runner.RechunkResult;
import java.util.List;
import java.util.Optional;

/**
 * What came of publishing an image.
 *
 * @param repository where it is
 * @param build what it is called
 * @param tags all tags that lead to it, the version tag first
 * @param result what came of rechunking
 * @param isNew whether the version tag led to something else before, or to nothing
 * @param uploaded what the registry did not have yet
 * @param signature who signed it
 * @param trial whether nothing was published, and this is what would have come
 */
public record PublishResult(
    RepositoryName repository,
    Build build,
    List<String> tags,
    RechunkResult result,
    boolean isNew,
    UploadCount uploaded,
    String signature,
    boolean trial) {
  /** Freezes the list. */
  public PublishResult {
    tags = List.copyOf(tags);
  }

  /** The image. */
  public Digest digest() {
    return result.image().descriptor().digest();
  }

  /** The image by tag. */
  public List<String> paths() {
    return tags.stream().map(tag -> repository + ":" + tag).toList();
  }

  /** What the update to it costs; empty where there is no image before it. */
  public Optional<UpdateCost> update() {
    return result.previous().map(before -> UpdateCost.between(before, result.image()));
  }

  /** The previous image by digest; empty where there is none. */
  public String previous() {
    return build.previous().digest().map(digest -> repository + "@" + digest).orElse("");
  }
}
