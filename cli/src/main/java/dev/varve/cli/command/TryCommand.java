package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.report.TryReport;
import dev.varve.cli.session.SampleBuilds;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code varve try}: rechunks three builds of a small sample image in the jar. */
@Command(
    name = "try",
    description = {
      "Rechunks three consecutive builds of a small sample image, and shows what updates download.",
      "Takes a few seconds, and needs no other program."
    },
    footer = {"", "Example:", "  varve try --keep varve-try"})
public final class TryCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keep the sample and the results in DIR.")
  private @Nullable Path keep;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public TryCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "trying the sample";
  }

  @Override
  public Integer call() throws IOException {
    List<TryReport.Build> builds = new ArrayList<>();
    try (Session session = Session.open(console, common, scratchOption)) {
      SampleBuilds sample =
          new SampleBuilds(
              keep == null ? session.scratch().directory("try") : Files.createDirectories(keep));
      sample.unpack();
      for (String build : SampleBuilds.NAMES) {
        if (!common.quiet()) {
          console.tell("rechunking " + build + "'s build…");
        }
        builds.add(rechunk(build, sample, builds));
      }
    }
    TryReport.of(builds, Optional.ofNullable(keep)).print(console, json);
    return 0;
  }

  private TryReport.Build rechunk(String build, SampleBuilds sample, List<TryReport.Build> earlier)
      throws IOException {
    Optional<String> before = earlier.stream().map(TryReport.Build::name).reduce((a, b) -> b);
    try (Session session = Session.open(console, common, scratchOption)) {
      SampleBuilds.Rechunked rechunked = sample.rechunk(build, before, session);
      return new TryReport.Build(build, rechunked.asBuilt(), rechunked.result());
    }
  }
}
