package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ImageOptions;
import dev.varve.cli.report.UpdateReport;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.core.delta.UpdateCost;
import dev.varve.core.json.JsonObject;
import dev.varve.core.state.PublishedImage;
import java.io.IOException;
import java.util.ArrayList;
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
    List<PublishedImage> images = imageOptions.read(console, common, references);
    List<UpdateCost> steps = new ArrayList<>();
    for (int i = 1; i < images.size(); i++) {
      steps.add(UpdateCost.between(images.get(i - 1), images.get(i)));
    }
    if (json) {
      console.result(json(steps));
    } else {
      steps.stream().flatMap(step -> lines(step).stream()).forEach(console::result);
      if (steps.size() > 1) {
        console.result(summary(steps));
      }
    }
    return 0;
  }

  private List<String> lines(UpdateCost step) {
    UpdateReport report = new UpdateReport(step, all);
    List<String> lines = new ArrayList<>();
    lines.add(step.from().reference() + " → " + step.to().reference() + ": " + report.summary());
    lines.addAll(report.downloads());
    lines.add("packages: " + report.packages());
    lines.addAll(report.packageList());
    lines.add("");
    return lines;
  }

  private static String summary(List<UpdateCost> steps) {
    return "mean of "
        + steps.size()
        + " updates: "
        + Human.size(meanBytes(steps))
        + " of "
        + Human.size(meanTotal(steps))
        + " ("
        + Human.share(meanShare(steps))
        + ")";
  }

  private static long meanBytes(List<UpdateCost> steps) {
    return Math.round(steps.stream().mapToLong(UpdateCost::downloadedBytes).average().orElse(0));
  }

  private static long meanTotal(List<UpdateCost> steps) {
    return Math.round(steps.stream().mapToLong(UpdateCost::totalBytes).average().orElse(0));
  }

  /** The share in the sum of all updates, in which big updates count for more. */
  private static double meanShare(List<UpdateCost> steps) {
    long total = steps.stream().mapToLong(UpdateCost::totalBytes).sum();
    return total == 0
        ? 0
        : (double) steps.stream().mapToLong(UpdateCost::downloadedBytes).sum() / total;
  }

  private static JsonObject json(List<UpdateCost> steps) {
    return JsonObject.EMPTY
        .with("steps", steps.stream().map(DiffCommand::json).toList())
        .with(
            "mean",
            JsonObject.EMPTY
                .with("updateBytes", meanBytes(steps))
                .with("totalBytes", meanTotal(steps))
                .with("share", meanShare(steps)));
  }

  private static JsonObject json(UpdateCost step) {
    JsonObject json =
        JsonObject.EMPTY
            .with("from", json(step.from()))
            .with("to", json(step.to()))
            .with("totalBytes", step.totalBytes());
    return new UpdateReport(step, true).addTo(json);
  }

  private static JsonObject json(PublishedImage image) {
    return JsonObject.EMPTY
        .with("reference", image.reference())
        .with("digest", image.descriptor().digest().toString())
        .with("layers", image.layers().size());
  }
}
