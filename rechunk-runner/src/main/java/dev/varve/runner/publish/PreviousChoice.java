package dev.varve.runner.publish;

import dev.varve.core.image.Digest;
import dev.varve.registry.name.ImageName;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The image that a build is planned with, or the reason for planning without one.
 *
 * @param image the image by tag and digest, if any
 * @param reason the reason for the choice
 * @param wanted whether a previous image was requested
 * @param noneMatches whether the repository has tags, but none that matches
 * @param later the newest tag with a later date than the one that is being built, if any
 * @param failure the registry's failure, if the build continues without a previous image; else null
 */
public record PreviousChoice(
    Optional<ImageName> image,
    String reason,
    boolean wanted,
    boolean noneMatches,
    Optional<String> later,
    @Nullable IOException failure) {
  /** Chooses an image. */
  static PreviousChoice of(ImageName image, String reason) {
    return new PreviousChoice(Optional.of(image), reason, true, false, Optional.empty(), null);
  }

  /** Chooses no image, because none is wanted. */
  public static PreviousChoice unwanted(String reason) {
    return new PreviousChoice(Optional.empty(), reason, false, false, Optional.empty(), null);
  }

  /** Chooses no image, because the request to the registry failed. */
  static PreviousChoice unknown(IOException failure) {
    return new PreviousChoice(
        Optional.empty(),
        "the registry could not be asked",
        true,
        false,
        Optional.empty(),
        failure);
  }

  /** Returns a copy with or without a later tag. */
  PreviousChoice with(Optional<String> laterTag) {
    return new PreviousChoice(image, reason, wanted, noneMatches, laterTag, failure);
  }

  /** Returns a copy without the image. */
  PreviousChoice without(String why) {
    return new PreviousChoice(Optional.empty(), why, wanted, noneMatches, later, failure);
  }

  /** Returns the digest of the image; empty if there is none. */
  public Optional<Digest> digest() {
    return image.flatMap(ImageName::digest);
  }
}
