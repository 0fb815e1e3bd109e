package dev.varve.runner.publish;

import dev.varve.core.bytes.Progress;

/**
 * Hears how far publishing is. Every method but {@link #progress} is called from the thread that
 * publishes.
 */
public interface PublishListener {
  /** Hears nothing. */
  PublishListener SILENT = new PublishListener() {};

  /** The steps of publishing, in their order. */
  enum Step {
    /** Finds the image that clients have. */
    FIND_PREVIOUS,
    /** Rechunks, and pushes layers and image by digest unless nothing is to be published. */
    RECHUNK,
    /** Signs the digest. */
    SIGN,
    /** Reads what the registry has. */
    VERIFY,
    /** Moves the tags. */
    MOVE_TAGS
  }

  /** What a warning is about. */
  enum Topic {
    /** The registry has lost the previous image, or it is for another platform. */
    PREVIOUS_IMAGE,
    /** Clients download all of the image. */
    NOTHING_IN_COMMON,
    /** Some clients refuse the signature until the image is signed by a bundle, too. */
    SIGNATURE_OVERLOOKED,
    /** The repository has a version of a later day. */
    LATER_VERSION
  }

  /** A step begins; the step before it is done. */
  default void begin(Step step) {}

  /** The previous image is chosen, or is known to be missing. */
  default void previous(PreviousChoice choice) {}

  /** The user should know something; publishing goes on. */
  default void warning(Topic topic, String text) {}

  /** The user may want to know something. */
  default void notice(String text) {}

  /** Hears how far a step is; called from several threads. */
  default Progress progress() {
    return Progress.SILENT;
  }
}
