package dev.varve.runner;

import dev.varve.core.bytes.Remedy;
import java.util.Optional;

/**
 * A need of an engine's, and whether this machine meets it.
 *
 * @param subject the need, such as {@code podman}
 * @param state whether the need is met
 * @param found what the machine has
 * @param advice what to do; empty where the need is met
 * @param remedy the user's choice that does without it, if any
 */
public record Finding(
    String subject, State state, String found, String advice, Optional<Remedy> remedy) {
  /** Whether a need is met. */
  public enum State {
    /** Met. */
    FINE,
    /** Met, but not for every option of the engine. */
    DOUBTFUL,
    /** Not met. */
    LACKING
  }

  /** Creates the finding of a need that is met. */
  public static Finding fine(String subject, String found) {
    return new Finding(subject, State.FINE, found, "", Optional.empty());
  }

  /** Creates the finding of a need that is not met for every option. */
  public static Finding doubtful(String subject, String found, String advice) {
    return new Finding(subject, State.DOUBTFUL, found, advice, Optional.empty());
  }

  /**
   * Creates the finding of a need that is not met, where a choice of the user's avoids the need.
   */
  public static Finding doubtful(String subject, String found, String advice, Remedy remedy) {
    return new Finding(subject, State.DOUBTFUL, found, advice, Optional.of(remedy));
  }

  /** Creates the finding of a need that is not met. */
  public static Finding lacking(String subject, String found, String advice) {
    return new Finding(subject, State.LACKING, found, advice, Optional.empty());
  }
}
