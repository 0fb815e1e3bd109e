package dev.varve.runner.publish;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Remedy;

/**
 * Receives the steps, warnings and progress of publishing. Every method but {@link #progress} is
 * called from the thread that publishes.
 */
public interface PublishListener {
  /** Ignores everything. */
  PublishListener SILENT = new PublishListener() {};

  /** The steps of publishing, in their order. */
  enum Step {
    /** Finds the image that clients have. */
    FIND_PREVIOUS,
    /** Rechunks, and pushes the layers and the image by digest; a dry run pushes nothing. */
    RECHUNK,
    /** Signs the digest. */
    SIGN,
    /** Checks that the registry has the image. */
    VERIFY,
    /** Attaches the bill of materials, and signs it; left out if none is wanted. */
    ATTACH_SBOM,
    /** Makes deltas, and attaches them to the image; left out if none are wanted. */
    MAKE_DELTAS,
    /** Moves the tags. */
    MOVE_TAGS
  }

  /** The topic of a warning. */
  enum Topic {
    /** The registry has lost the previous image, or it is for another platform. */
    PREVIOUS_IMAGE,
    /** Clients download the whole image. */
    NOTHING_IN_COMMON,
    /** Some clients refuse the signature until the image is signed by a bundle too. */
    SIGNATURE_OVERLOOKED,
    /** The repository has a version with a later date. */
    LATER_VERSION,
    /** A delta could not be made; clients download layers instead. */
    DELTAS
  }

  /** A step begins; the step before it is done. */
  default void begin(Step step) {}

  /** The previous image was chosen, or there is none. */
  default void previous(PreviousChoice choice) {}

  /** Receives a warning; publishing goes on. */
  default void warning(Topic topic, String text) {}

  /** Receives a warning, with the choice that avoids the problem. */
  default void warning(Topic topic, String text, Remedy remedy) {
    warning(topic, text);
  }

  /** Receives a note for the user. */
  default void notice(String text) {}

  /** Returns the receiver of a step's progress, which several threads may call. */
  default Progress progress() {
    return Progress.SILENT;
  }
}
