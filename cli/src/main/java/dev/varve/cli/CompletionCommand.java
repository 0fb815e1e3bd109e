package dev.varve.cli;

import java.util.Locale;
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
final class CompletionCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;

  @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
  private Shell shell;

  /** The shells. */
  enum Shell {
    BASH,
    /** Reads what bash does. */
    ZSH,
    FISH;

    /** As it is written on command lines, and completed. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "completing commands";
  }

  @Override
  public Integer call() {
    CommandLine varve = Main.allCommands(console);
    String script =
        shell == Shell.FISH ? FishCompletion.script(varve) : AutoComplete.bash("varve", varve);
    console.out().print(script);
    console.out().flush();
    return 0;
  }
}
