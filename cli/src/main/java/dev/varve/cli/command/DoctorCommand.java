package dev.varve.cli.command;

import dev.varve.cli.option.AuthFileOption;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.EngineOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.report.DoctorReport;
import dev.varve.cli.session.BuiltinNeeds;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.core.process.Programs;
import dev.varve.runner.Finding;
import dev.varve.runner.container.ContainerNeeds;
import dev.varve.runner.storage.StorageNeeds;
import dev.varve.runner.storage.StorageSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code varve doctor}. */
@Command(
    name = "doctor",
    description = {
      "Shows what this machine has and lacks for each engine, and what to do about " + "it.",
      "Exit code 7 if the engine cannot work (without --engine: the built-in one)."
    },
    footer = {"", "Example:", "  varve doctor --engine container"})
public final class DoctorCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private AuthFileOption authFileOption;

  @Option(
      names = "--engine",
      paramLabel = "builtin|container",
      description = "The engine to check (default: both).")
  private EngineOptions.@Nullable Kind engine;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "looking at this machine";
  }

  @Override
  public Integer call() throws IOException {
    List<Finding> builtin =
        BuiltinNeeds.find(
            console,
            () -> scratchOption.directory(console.environment()),
            authFileOption.files(console, Map.of()));
    // The container engine is tested only if every engine's requirements are met.
    boolean works = DoctorReport.works(builtin);
    List<Finding> container =
        works && engine != EngineOptions.Kind.BUILTIN ? container() : List.of();
    if (engine == EngineOptions.Kind.CONTAINER) {
      works = works && DoctorReport.works(container);
    }
    new DoctorReport(builtin, container, works).print(console, json);
    return works ? 0 : Failures.MACHINE_LACKS;
  }

  private List<Finding> container() throws IOException {
    Programs programs = Programs.of(console.environment());
    try (Session session = Session.open(console, common, scratchOption)) {
      return Stream.concat(
              ContainerNeeds.find(programs, session.scratch()).stream(),
              StorageNeeds.find(StorageSettings.DEFAULT, programs).stream())
          .toList();
    }
  }
}
