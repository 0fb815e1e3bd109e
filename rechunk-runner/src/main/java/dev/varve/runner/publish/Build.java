package dev.varve.runner.publish;

import java.util.Optional;

/**
 * The tag and version of an image to be published, and its previous image.
 *
 * @param tag the version tag
 * @param version the version label: the tag, or for a further build of the day the tag with a
 *     number
 * @param previous the image that clients have
 * @param later an already published version with a later date, if any
 */
public record Build(String tag, String version, PreviousChoice previous, Optional<String> later) {
  /** Creates a build without a later published version. */
  Build(String tag, String version, PreviousChoice previous) {
    this(tag, version, previous, Optional.empty());
  }

  /** Returns a copy with another previous image. */
  Build planningWith(PreviousChoice other) {
    return new Build(tag, version, other, later);
  }

  /** Returns a copy with or without a later version. */
  Build with(Optional<String> laterVersion) {
    return new Build(tag, version, previous, laterVersion);
  }
}
