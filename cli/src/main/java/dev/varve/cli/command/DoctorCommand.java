package dev.varve.cli.command;

import dev.varve.cli.option.AuthFileOption;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.EngineOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Advice;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.json.JsonObject;
import dev.varve.core.process.Programs;
import dev.varve.runner.Finding;
import dev.varve.runner.Finding.State;
import dev.varve.runner.container.ContainerNeeds;
import dev.varve.runner.storage.StorageNeeds;
import dev.varve.runner.storage.StorageSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  /** Less, and hardly any image can be unpacked. */
  private static final long LITTLE = 10_000_000_000L;

  /** No clock that is right shows an earlier time: this command did not exist. */
  private static final Instant WRITTEN = Instant.parse("2025-10-01T00:00:00Z");

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
    List<Finding> both = builtin();
    // What is lacking for every engine is said before anything is tried with it.
    List<Finding> container =
        engine == EngineOptions.Kind.BUILTIN || !works(both) ? List.of() : container();
    List<Finding> asked = engine == EngineOptions.Kind.CONTAINER ? joined(both, container) : both;
    boolean works = works(asked);
    if (json) {
      JsonObject result = JsonObject.EMPTY.with("works", works).with("builtin", json(both));
      console.result(container.isEmpty() ? result : result.with("container", json(container)));
    } else {
      report("every engine", both);
      if (!container.isEmpty()) {
        console.result("");
        report("--engine container", container);
      }
    }
    return works ? 0 : Failures.MACHINE_LACKS;
  }

  private static List<Finding> joined(List<Finding> some, List<Finding> others) {
    List<Finding> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  private static boolean works(List<Finding> findings) {
    return findings.stream().noneMatch(finding -> finding.state() == State.LACKING);
  }

  private List<Finding> builtin() throws IOException {
    return List.of(
        Finding.fine(
            "Java",
            Runtime.version() + ", a heap of " + Human.size(Runtime.getRuntime().maxMemory())),
        scratch(),
        logins(),
        clock());
  }

  private Finding scratch() throws IOException {
    Path directory;
    try {
      directory = scratchOption.directory(console.environment());
    } catch (IOException e) {
      return Finding.lacking("scratch", Failures.reason(e), "TMPDIR must name a directory");
    }
    Path there = directory.toAbsolutePath();
    while (Files.notExists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isWritable(there)) {
      return Finding.lacking(
          "scratch", directory + " can't be written to", "--scratch DIR chooses another place");
    }
    long free = Files.getFileStore(there).getUsableSpace();
    String found = Human.size(free) + " free in " + directory;
    return free >= LITTLE
        ? Finding.fine("scratch", found)
        : Finding.doubtful(
            "scratch",
            found,
            "an image needs as much as its files have, uncompressed; --scratch DIR chooses another"
                + " place");
  }

  private Finding logins() {
    List<String> found =
        authFileOption.files(console, Map.of()).places().stream()
            .filter(place -> Files.isReadable(Path.of(place)))
            .toList();
    return found.isEmpty()
        ? Finding.doubtful(
            "logins", "none kept", "varve login HOST keeps one; public images can be read without")
        : Finding.fine("logins", String.join(", ", found));
  }

  private Finding clock() {
    Instant now = console.clock().instant();
    return now.isAfter(WRITTEN)
        ? Finding.fine("clock", now.toString())
        : Finding.lacking(
            "clock", now + " is past", "set it: TLS, signatures and version tags need the time");
  }

  private List<Finding> container() throws IOException {
    Programs programs = Programs.of(console.environment());
    try (Session session = Session.open(console, common, scratchOption)) {
      return joined(
          ContainerNeeds.find(programs, session.scratch()),
          StorageNeeds.find(StorageSettings.DEFAULT, programs));
    }
  }

  private void report(String title, List<Finding> findings) {
    console.result(title + (works(findings) ? "" : ": can't work here"));
    Table table = new Table("lll");
    for (Finding finding : findings) {
      table.row(word(finding), finding.subject(), finding.found());
      if (!finding.advice().isEmpty()) {
        table.row("", "", "→ " + advice(finding));
      }
    }
    table.lines().forEach(console::result);
  }

  private static String advice(Finding finding) {
    return finding.advice() + finding.remedy().map(Advice::of).orElse("");
  }

  private static String word(Finding finding) {
    return switch (finding.state()) {
      case FINE -> "ok";
      case DOUBTFUL -> "note";
      case LACKING -> "lacks";
    };
  }

  private static List<JsonObject> json(List<Finding> findings) {
    return findings.stream()
        .map(
            finding ->
                JsonObject.EMPTY
                    .with("subject", finding.subject())
                    .with("state", finding.state().name().toLowerCase(Locale.ROOT))
                    .with("found", finding.found())
                    .with("advice", advice(finding)))
        .toList();
  }
}
