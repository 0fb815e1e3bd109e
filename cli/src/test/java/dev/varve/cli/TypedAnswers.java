package dev.varve.cli;

import dev.varve.cli.terminal.Answers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers typed at a terminal, or read from the standard input. */
public final class TypedAnswers implements Answers {
  private final List<String> prompts = new ArrayList<>();
  private final String input;
  private final List<String> typed;

  private TypedAnswers(String input, List<String> typed) {
    this.input = input;
    this.typed = new ArrayList<>(typed);
  }

  /**
   * Returns answers for a terminal, one for each question in turn; after the last, there is no
   * terminal.
   */
  public static TypedAnswers of(String... typed) {
    return new TypedAnswers("", List.of(typed));
  }

  /** Returns a standard input with this text, without a terminal. */
  public static TypedAnswers ofStandardInput(String text) {
    return new TypedAnswers(text, List.of());
  }

  /** Returns the prompts of the questions. */
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
