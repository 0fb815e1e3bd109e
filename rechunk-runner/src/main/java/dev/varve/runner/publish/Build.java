package dev.varve.runner.publish;

import java.util.Optional;

/**
 * The tag and version of an image that is about to be published, and its previous image.
 *
 * @param tag its version tag
 * @param version its version label: the tag, or on a second build of the day the tag with a number
 * @param previous the image that clients have
 * @param later a version of a later day that was published already, if there is one
 */
public record Build(String tag, String version, PreviousChoice previous, Optional<String> later) {
  /** Creates a build that no published version is later than. */
  Build(String tag, String version, PreviousChoice previous) {
    this(tag, version, previous, Optional.empty());
  }

  /** Returns a copy with another previous image. */
  Build planningWith(PreviousChoice other) {
    return new Build(tag, version, other, later);
  }

  /** Returns a copy with the version of a later day, or without one. */
  Build with(Optional<String> laterVersion) {
    return new Build(tag, version, previous, laterVersion);
  }
}
