package dev.varve.cli.command;

import dev.varve.cli.manual.ManPages;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.runner.VarveVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code varve man-pages}, for packaging Varve. */
@Command(
    name = "man-pages",
    hidden = true,
    description = "Writes the manual, a page for each command.",
    footer = {"", "Example:", "  varve man-pages /usr/local/share/man/man1"})
public final class ManPagesCommand implements Activity {
  private final Console console;
  private final Supplier<CommandLine> commands;

  @Mixin CommonOptions common;

  @Parameters(paramLabel = "DIR", description = "The directory for the pages.")
  private Path directory;

  /**
   * Creates the command.
   *
   * @param commands creates the whole command line
   */
  public ManPagesCommand(Console console, Supplier<CommandLine> commands) {
    this.console = console;
    this.commands = commands;
  }

  @Override
  public String activity() {
    return "writing the manual to " + directory;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, String> pages = ManPages.of(commands.get(), "varve " + VarveVersion.get());
    Files.createDirectories(directory);
    for (Map.Entry<String, String> page : pages.entrySet()) {
      Files.writeString(directory.resolve(page.getKey()), page.getValue());
    }
    console.tell(Human.count(pages.size(), "page") + " in " + directory);
    return 0;
  }
}
