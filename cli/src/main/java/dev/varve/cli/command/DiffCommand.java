package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ImageOptions;
import dev.varve.cli.report.DiffReport;
import dev.varve.cli.report.DiffReport.ComparedImage;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.bytes.Progress;
import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.delta.Delta;
import dev.varve.core.image.ImageSource;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve diff}. */
@Command(
    name = "diff",
    description = "Shows what updates from one image to the next download, and why.",
    footer = {
      "",
      "Example:",
      "  varve diff oci:os:monday oci:os:tuesday oci-archive:wednesday.tar"
    })
public final class DiffCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ImageOptions imageOptions;

  @Parameters(index = "0", paramLabel = "OLD", description = "The image that clients have.")
  private String old;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "NEW",
      description = "The images that they update to, one after another.")
  private List<String> updates;

  @Option(names = "--all", description = "Show long lists in full.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public DiffCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "comparing " + old + " and " + String.join(", ", updates);
  }

  @Override
  public Integer call() throws IOException {
    List<String> references = Stream.concat(Stream.of(old), updates.stream()).toList();
    List<ComparedImage> images =
        imageOptions.read(
            console,
            common,
            references,
            (source, image) -> new ComparedImage(image, deltas(source)));
    DiffReport.of(images, all).print(console, json);
    return 0;
  }

  private static List<Delta> deltas(ImageSource image) throws IOException {
    return AvailableDelta.of(image, Progress.SILENT).stream().map(AvailableDelta::delta).toList();
  }
}
