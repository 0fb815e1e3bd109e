package dev.varve.cli;

import dev.varve.cli.terminal.Answers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Someone at a terminal, or a standard input. */
public final class Typing implements Answers {
  private final List<String> prompts = new ArrayList<>();
  private final String input;
  private final List<String> typed;

  private Typing(String input, List<String> typed) {
    this.input = input;
    this.typed = new ArrayList<>(typed);
  }

  /** Answers each question in its turn; there is no terminal any more when all are used up. */
  public static Typing typing(String... typed) {
    return new Typing("", List.of(typed));
  }

  /** Nobody is there to ask. */
  public static Typing input(String text) {
    return new Typing(text, List.of());
  }

  /** What was asked for. */
  public List<String> prompts() {
    return prompts;
  }

  @Override
  public String standardInput() {
    return input;
  }

  @Override
  public Optional<String> line(String prompt) {
    prompts.add(prompt);
    return next();
  }

  @Override
  public Optional<String> secret(String prompt) {
    prompts.add("secret " + prompt);
    return next();
  }

  private Optional<String> next() {
    return typed.isEmpty() ? Optional.empty() : Optional.of(typed.remove(0));
  }
}
