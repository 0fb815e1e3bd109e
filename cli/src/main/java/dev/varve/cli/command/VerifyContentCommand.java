package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.PlatformOption;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.report.ContentReport;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.TreeComparison;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve verify-content}. */
@Command(
    name = "verify-content",
    description = {
      "Compares the files of two images, independent of their layers.",
      "Modification times are compared only with --mtimes, and attributes that "
          + "clients set themselves are ignored. An image that OSTree encapsulates is "
          + "compared as the plain image inside. Exit code 5 if the files differ."
    },
    footer = {
      "",
      "Example:",
      "  varve verify-content containers-storage:localhost/os oci:os:today"
    })
public final class VerifyContentCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private RegistryOptions registryOptions;
  @Mixin private PlatformOption platformOption;

  @Parameters(paramLabel = "A", description = "An image, or a directory with the files of one.")
  private String first;

  @Parameters(paramLabel = "B", description = "The other one.")
  private String second;

  @Option(
      names = "--mtimes",
      description = "Compare modification times as well, which a composefs digest covers.")
  private boolean mtimes;

  @Option(names = "--all", description = "Show all differences.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public VerifyContentCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "comparing the files of " + first + " and " + second;
  }

  @Override
  public Integer call() throws IOException {
    Reference a = Reference.parse(first);
    Reference b = Reference.parse(second);
    TreeComparison.OfImages comparison;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            registryOptions.reading(List.of(a, b)),
            platformOption)) {
      FileTree one = read(a, b, session, "first");
      FileTree other = read(b, a, session, "second");
      comparison = TreeComparison.ofImages(one, other, mtimes);
    }
    ContentReport report = new ContentReport(first, second, comparison, all);
    report.print(console, json);
    return report.equal() ? 0 : Failures.VERIFICATION_FAILED;
  }

  private static FileTree read(Reference image, Reference other, Session session, String scratch)
      throws IOException {
    return session
        .closing(session.transports().beside(true, List.of(other)).tree(image))
        .read(session.scratch().directory(scratch), session.progress());
  }
}
