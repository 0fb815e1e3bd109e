package dev.varve.runner;

import dev.varve.core.bytes.Remedy;
import java.util.Optional;

/**
 * A need of an engine, and whether this machine meets the need.
 *
 * @param subject the need, such as {@code podman}
 * @param state whether the need is met
 * @param found the state of the machine, such as a version
 * @param advice the advice to the user; empty if the need is met
 * @param remedy the choice of the user that avoids the need; empty if no choice does
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
   * Creates the finding of a need that is not met for every option, and that a choice of the user
   * avoids.
   */
  public static Finding doubtful(String subject, String found, String advice, Remedy remedy) {
    return new Finding(subject, State.DOUBTFUL, found, advice, Optional.of(remedy));
  }

  /** Creates the finding of a need that is not met. */
  public static Finding lacking(String subject, String found, String advice) {
    return new Finding(subject, State.LACKING, found, advice, Optional.empty());
  }
}
