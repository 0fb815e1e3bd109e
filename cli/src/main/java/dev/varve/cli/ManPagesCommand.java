package dev.varve.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code varve man-pages}, for who packages Varve. */
@Command(
    name = "man-pages",
    hidden = true,
    description = "Writes the manual, a page for each command.",
    footer = {"", "Example:", "  varve man-pages /usr/local/share/man/man1"})
final class ManPagesCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;

  @Parameters(paramLabel = "DIR", description = "Where the pages go.")
  private Path directory;

  ManPagesCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "writing the manual to " + directory;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, String> pages =
        ManPages.of(Main.allCommands(console), new Main.ManifestVersion().getVersion()[0]);
    Files.createDirectories(directory);
    for (Map.Entry<String, String> page : pages.entrySet()) {
      Files.writeString(directory.resolve(page.getKey()), page.getValue());
    }
    console.tell(Human.count(pages.size(), "page") + " in " + directory);
    return 0;
  }
}
