package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ImageOptions;
import dev.varve.cli.report.DiffReport;
import dev.varve.cli.report.DiffReport.Update;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.bytes.Progress;
import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.delta.Delta;
import dev.varve.core.image.ImageSource;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.update.UpdateCauses;
import dev.varve.core.update.UpdateCost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  @Option(
      names = "--why",
      description =
          "Read the files that changed, and show them: for each layer to download, what changed in it "
              + "and what is downloaded along with it. Of images that Varve wrote, only the layers "
              + "are read in which they differ, and the package database.")
  private boolean why;

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
    List<Reference> references =
        Stream.concat(Stream.of(old), updates.stream()).map(Reference::parse).toList();
    try (Session session = imageOptions.open(console, common, references)) {
      List<ComparedImage> images =
          session.read(
              references,
              imageOptions.rules(),
              (source, image) -> new ComparedImage(image, deltas(source)));
      List<Update> steps = new ArrayList<>();
      for (int i = 1; i < images.size(); i++) {
        UpdateCost cost = UpdateCost.between(images.get(i - 1).image(), images.get(i).image());
        Optional<UpdateCauses> causes =
            why
                ? Optional.of(
                    session.causes(
                        cost, references.get(i - 1), references.get(i), imageOptions.rules()))
                : Optional.empty();
        steps.add(Update.of(cost, images.get(i).deltas(), causes));
      }
      new DiffReport(steps, all).print(console, json);
    }
    return 0;
  }

  /**
   * An image to compare.
   *
   * @param deltas the deltas that are attached to the image
   */
  private record ComparedImage(PublishedImage image, List<Delta> deltas) {}

  private static List<Delta> deltas(ImageSource image) throws IOException {
    return AvailableDelta.of(image, Progress.SILENT).stream().map(AvailableDelta::delta).toList();
  }
}
