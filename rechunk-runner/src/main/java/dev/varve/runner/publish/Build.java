package dev.varve.runner.publish;

import java.util.Optional;

/**
 * What an image is called that is about to be published, and what it is planned with.
 *
 * @param tag its version tag
 * @param version its version label: the tag, or on a second build of the day the tag with a number
 * @param previous the image that clients have
 * @param later a version of a later day that was published already, if there is one
 */
public record Build(String tag, String version, PreviousChoice previous, Optional<String> later) {
  /** A build that is the newest there is. */
  Build(String tag, String version, PreviousChoice previous) {
    this(tag, version, previous, Optional.empty());
  }

  /** A copy that is planned with another image. */
  Build planningWith(PreviousChoice other) {
    return new Build(tag, version, other, later);
  }

  /** A copy that knows of a version of a later day, or of none. */
  Build with(Optional<String> laterVersion) {
    return new Build(tag, version, previous, laterVersion);
  }
}
