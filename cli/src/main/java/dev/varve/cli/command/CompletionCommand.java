package dev.varve.cli.command;

import dev.varve.cli.manual.FishCompletion;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code varve completion}. */
@Command(
    name = "completion",
    description = "Prints the script by which a shell completes varve's commands and options.",
    footer = {
      "",
      "Example:",
      "  varve completion bash >~/.local/share/bash-completion/completions/varve",
      "  echo 'source <(varve completion zsh)' >>~/.zshrc",
      "  varve completion fish >~/.config/fish/completions/varve.fish"
    })
public final class CompletionCommand implements Activity {
  private final Console console;
  private final Supplier<CommandLine> commands;

  @Mixin CommonOptions common;

  @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
  private Shell shell;

  /** The shells. */
  enum Shell {
    BASH,
    /** Uses bash's script. */
    ZSH,
    FISH;

    /** Returns the value as typed on command lines. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Creates the command.
   *
   * @param commands creates the whole command line
   */
  public CompletionCommand(Console console, Supplier<CommandLine> commands) {
    this.console = console;
    this.commands = commands;
  }

  @Override
  public String activity() {
    return "completing commands";
  }

  @Override
  public Integer call() {
    CommandLine varve = commands.get();
    String script =
        shell == Shell.FISH ? FishCompletion.script(varve) : AutoComplete.bash("varve", varve);
    console.out().print(script);
    console.out().flush();
    return 0;
  }
}
