package dev.varve.core.sbom;

import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.state.PublishedImage;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * The image that a bill of materials describes.
 *
 * @param repository the repository in a registry, such as {@code ghcr.io/owner/os}; empty for an
 *     image elsewhere
 * @param digest the digest of the image's manifest; empty for files without a manifest
 * @param identity the digest of the image's config, which stands for an image without a manifest;
 *     empty for a directory
 * @param title the name that the image's labels give, or empty
 * @param created the time of the image's build
 * @param architecture the architecture as the config names it, such as {@code amd64}
 */
public record SbomSubject(
    Optional<String> repository,
    Optional<Digest> digest,
    Optional<Digest> identity,
    String title,
    Instant created,
    String architecture) {
  private static final String TITLE_LABEL = "org.opencontainers.image.title";

  /** Describes an image by its config; the parameters are those of the record. */
  public static SbomSubject of(
      Optional<String> repository, Optional<Digest> digest, ImageConfig config) throws IOException {
    return new SbomSubject(
        repository,
        digest,
        PublishedImage.source(config),
        config.labels().getOrDefault(TITLE_LABEL, ""),
        config.created(),
        config.platform().architecture());
  }
}
