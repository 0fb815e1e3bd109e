package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ImageOptions;
import dev.varve.cli.session.TextFile;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.plan.PlanState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve plan export}. */
@Command(
    name = "export",
    description = "Exports an image's plan as JSON, for review or for rechunk --plan.",
    footer = {"", "Example:", "  varve plan export oci:os:monday -o plan.json"})
public final class PlanExportCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ImageOptions imageOptions;

  @Parameters(paramLabel = "REF", description = "The image.")
  private String reference;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write to FILE (default: stdout).")
  private @Nullable Path output;

  public PlanExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "exporting the plan of " + reference;
  }

  @Override
  public Integer call() throws IOException {
    PlanState state = imageOptions.read(console, common, List.of(reference)).get(0).state();
    if (output == null) {
      console.result(state.toJson());
    } else {
      new TextFile(output, state.toJson().toPrettyString() + "\n").write();
    }
    return 0;
  }
}
