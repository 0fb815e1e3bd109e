package dev.varve.runner;

import dev.varve.core.bytes.Remedy;
import java.util.Optional;

/**
 * Something that an engine needs, and what this machine has of it.
 *
 * @param subject what it is, such as {@code podman}
 * @param state whether it will do
 * @param found what there is
 * @param advice what to do where it won't; empty where it will
 * @param remedy the user's choice that does without it, if any
 */
public record Finding(
    String subject, State state, String found, String advice, Optional<Remedy> remedy) {
  /** Whether it will do. */
  public enum State {
    /** It will. */
    FINE,
    /** It will, but not for all that can be asked for. */
    DOUBTFUL,
    /** It won't. */
    LACKING
  }

  /** It will do. */
  public static Finding fine(String subject, String found) {
    return new Finding(subject, State.FINE, found, "", Optional.empty());
  }

  /** It may do. */
  public static Finding doubtful(String subject, String found, String advice) {
    return new Finding(subject, State.DOUBTFUL, found, advice, Optional.empty());
  }

  /** It may do, and a choice of the user's does without it. */
  public static Finding doubtful(String subject, String found, String advice, Remedy remedy) {
    return new Finding(subject, State.DOUBTFUL, found, advice, Optional.of(remedy));
  }

  /** It won't do. */
  public static Finding lacking(String subject, String found, String advice) {
    return new Finding(subject, State.LACKING, found, advice, Optional.empty());
  }
}
