package dev.varve.core.process;

import dev.varve.core.bytes.Remedy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A program to run.
 *
 * @param name the step's name in messages, such as {@code prune}
 * @param command the program and its arguments, which no shell reads
 * @param limit the limit on the program's time
 * @param ending a command that is run after the program was killed, and ends processes that the
 *     program has started elsewhere, such as a container; may be empty
 * @param reported whether each line is reported when it is printed; otherwise the standard output
 *     is the result
 * @param remedy the user's choice that gives the program more time, if any
 */
public record Step(
    String name,
    List<String> command,
    Duration limit,
    List<String> ending,
    boolean reported,
    Optional<Remedy> remedy) {
  /** Copies the lists. */
  public Step {
    command = List.copyOf(command);
    ending = List.copyOf(ending);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("expected a program to run for " + name + ", got none");
    }
  }

  /** Creates a step whose standard output is the result. */
  public static Step capturing(String name, Duration limit, List<String> command) {
    return new Step(name, command, limit, List.of(), false, Optional.empty());
  }

  /** Creates a step whose lines are reported when they are printed. */
  public static Step reporting(String name, Duration limit, List<String> command) {
    return new Step(name, command, limit, List.of(), true, Optional.empty());
  }

  /** Returns a copy that runs {@code command} after the program was killed. */
  public Step endedBy(List<String> command) {
    return new Step(name, this.command, limit, command, reported, remedy);
  }

  /** Returns a copy with the user's choice that gives the program more time. */
  public Step limitedBy(Remedy remedy) {
    return new Step(name, command, limit, ending, reported, Optional.of(remedy));
  }
}
