package dev.varve.cli.command;

import dev.varve.cli.manual.CommandReference;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.terminal.Activity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code varve command-reference}, for the people who work on Varve. */
@Command(
    name = "command-reference",
    hidden = true,
    description = "Writes the reference of all commands as Markdown.",
    footer = {"", "Example:", "  varve command-reference docs/reference/commands.md"})
public final class CommandReferenceCommand implements Activity {
  private final Supplier<CommandLine> commands;

  @Mixin CommonOptions common;

  @Parameters(paramLabel = "FILE", description = "The page to write.")
  private Path file;

  /**
   * Writes the page.
   *
   * @param commands creates the whole command line
   */
  public CommandReferenceCommand(Supplier<CommandLine> commands) {
    this.commands = commands;
  }

  @Override
  public String activity() {
    return "writing the reference of commands to " + file;
  }

  @Override
  public Integer call() throws IOException {
    Files.writeString(file, CommandReference.of(commands.get()));
    return 0;
  }
}
