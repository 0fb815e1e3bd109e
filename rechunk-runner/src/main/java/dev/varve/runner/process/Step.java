package dev.varve.runner.process;

import dev.varve.core.bytes.Remedy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A program to run.
 *
 * @param name what it is called in what is told of it, such as {@code prune}
 * @param command the program and its arguments, which it gets as they are
 * @param limit how long it may take
 * @param ending a command that ends what the program starts outside of itself, such as a container,
 *     and is run where the program was killed; empty if there is nothing of the kind
 * @param reported whether its lines are reported as they come; otherwise its standard output is its
 *     result
 * @param remedy the user's choice that gives it more time; empty if there is none
 */
public record Step(
    String name,
    List<String> command,
    Duration limit,
    List<String> ending,
    boolean reported,
    Optional<Remedy> remedy) {
  /** Freezes the lists. */
  public Step {
    command = List.copyOf(command);
    ending = List.copyOf(ending);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("expected a program to run for " + name + ", got none");
    }
  }

  /** A program whose standard output is wanted. */
  public static Step capturing(String name, Duration limit, List<String> command) {
    return new Step(name, command, limit, List.of(), false, Optional.empty());
  }

  /** A program whose lines are told as they come. */
  public static Step reporting(String name, Duration limit, List<String> command) {
    return new Step(name, command, limit, List.of(), true, Optional.empty());
  }

  /** A copy that runs {@code command} where it was killed. */
  public Step endedBy(List<String> command) {
    return new Step(name, this.command, limit, command, reported, remedy);
  }

  /** A copy to which a choice of the user's gives more time. */
  public Step limitedBy(Remedy remedy) {
    return new Step(name, command, limit, ending, reported, Optional.of(remedy));
  }
}
