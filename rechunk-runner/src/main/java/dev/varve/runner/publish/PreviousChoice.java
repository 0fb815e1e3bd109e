package dev.varve.runner.publish;

import dev.varve.core.image.Digest;
import dev.varve.registry.name.ImageName;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The image that a build is planned with, or why there is none.
 *
 * @param image the image by tag and digest; empty if there is none
 * @param reason why this image, or none, was chosen
 * @param wanted whether a previous image was asked for
 * @param noneMatches whether the repository has tags, but none of them matches
 * @param later the newest tag of a later day than the one that is being built, if there is one
 * @param failure why the registry could not be asked, where the build goes on without a previous
 *     image
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

  /** Chooses none, where none is wanted. */
  public static PreviousChoice unwanted(String reason) {
    return new PreviousChoice(Optional.empty(), reason, false, false, Optional.empty(), null);
  }

  /** Chooses none, where the registry could not be asked. */
  static PreviousChoice unknown(IOException failure) {
    return new PreviousChoice(
        Optional.empty(),
        "the registry could not be asked",
        true,
        false,
        Optional.empty(),
        failure);
  }

  /** Returns a copy with the tag of a later day, or without one. */
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
