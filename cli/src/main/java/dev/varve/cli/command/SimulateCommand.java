package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.SeriesOptions;
import dev.varve.cli.report.SimulationReport;
import dev.varve.cli.report.SimulationReport.Row;
import dev.varve.cli.session.Series;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.core.bytes.IoSupplier;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.plan.Groups;
import dev.varve.core.update.Release;
import dev.varve.runner.builtin.BuiltinEngine;
import dev.varve.runner.builtin.BuiltinOptions;
import dev.varve.runner.builtin.Simulation;
import dev.varve.runner.builtin.Simulation.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code varve simulate}. */
@Command(
    name = "simulate",
    description = {
      "Shows what a series of images cost who updated at every build, or at every second, fifth or "
          + "tenth, and what it would have cost under other settings.",
      "For the series as it was published only manifests are read. For each other setting, the "
          + "images are rechunked one after another, into the scratch directory."
    },
    footer = {
      "",
      "Example:",
      "  varve simulate docker://ghcr.io/owner/os --last 10 --max-layers 64,120,250"
    })
public final class SimulateCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private SeriesOptions seriesOptions;

  @Option(
      names = "--max-layers",
      paramLabel = "N",
      split = ",",
      description = "Simulate these maximum numbers of layers, separated by commas.")
  private List<Integer> maxLayers = List.of();

  @Option(
      names = "--compression",
      paramLabel = "HOW",
      split = ",",
      description = "Simulate these compressions, separated by commas, such as zstd:6,gzip.")
  private List<String> compressions = List.of();

  @Option(
      names = "--groups",
      paramLabel = "FILE",
      description = "Simulate the groups in FILE, in the format of rechunk's meta.yml.")
  private @Nullable Path groups;

  @Option(
      names = "--every",
      paramLabel = "N",
      split = ",",
      description = "The numbers of builds from one update to the next (default: 1,2,5,10).")
  private List<Integer> every = List.of(1, 2, 5, 10);

  @Option(names = "--csv", description = "Print comma-separated values on stdout.")
  private boolean csv;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public SimulateCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "simulating updates of " + seriesOptions.text();
  }

  @Override
  public Integer call() throws IOException {
    if (csv && json) {
      throw new IllegalArgumentException("expected one of --csv and --json, got both");
    }
    List<Row> rows = new ArrayList<>();
    List<Settings> settings = settings();
    try (Session session = seriesOptions.open(console, common)) {
      Series series = seriesOptions.find(session);
      if (series.images().size() < 2) {
        throw new IllegalArgumentException(
            "expected at least two images in "
                + seriesOptions.text()
                + ", found "
                + series.images().size());
      }
      requireShorter(series.images().size());
      rows.add(new Row("as published", OptionalInt.empty(), "", series.releases()));
      List<List<Release>> simulated = simulate(series, settings, session);
      for (int i = 0; i < settings.size(); i++) {
        rows.add(row(settings.get(i), simulated.get(i)));
      }
    }
    SimulationReport report =
        new SimulationReport(rows, every.stream().distinct().sorted().toList());
    if (csv) {
      report.csv().forEach(console::result);
    } else {
      report.print(console, json);
    }
    return 0;
  }

  private void requireShorter(int images) {
    if (every.stream().anyMatch(builds -> builds < 1)
        || (!every.contains(1) && every.stream().noneMatch(builds -> builds < images))) {
      throw new IllegalArgumentException(
          "--every: expected numbers of builds from 1, and one below the number of images, "
              + images
              + ", got "
              + every.stream().map(Object::toString).collect(Collectors.joining(",")));
    }
  }

  private static List<List<Release>> simulate(
      Series series, List<Settings> settings, Session session) throws IOException {
    if (settings.isEmpty()) {
      return List.of();
    }
    List<IoSupplier<TreeSource>> sources =
        series.images().stream()
            .map(
                image ->
                    (IoSupplier<TreeSource>) () -> session.transports().tree(image.reference()))
            .toList();
    return new Simulation(session.scratch(), session.layerLimits(), session.progress())
        .run(sources, settings);
  }

  /** Returns each combination of the settings that were given; none if none were. */
  private List<Settings> settings() throws IOException {
    if (maxLayers.isEmpty() && compressions.isEmpty() && groups == null) {
      return List.of();
    }
    Groups wanted = groups == null ? Groups.NONE : read(groups);
    List<Settings> settings = new ArrayList<>();
    for (int layers : maxLayers.isEmpty() ? List.of(BuiltinEngine.DEFAULT_MAX_LAYERS) : maxLayers) {
      if (layers < 1) {
        throw new IllegalArgumentException("--max-layers: expected at least 1, got " + layers);
      }
      for (String how : compressions.isEmpty() ? List.of("zstd") : compressions) {
        settings.add(
            new Settings(
                OptionalInt.of(layers),
                wanted,
                BuiltinOptions.builder().compression(Compression.parse(how)).build()));
      }
    }
    return settings;
  }

  private static Groups read(Path file) throws IOException {
    return Groups.parse(text(file), file.toString());
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IOException("reading the groups in " + file + ": " + Failures.reason(e), e);
    }
  }

  private static Row row(Settings settings, List<Release> releases) {
    return new Row(
        settings.maxLayers().stream()
                .mapToObj(layers -> "--max-layers " + layers)
                .collect(Collectors.joining())
            + " --compression "
            + settings.options().compression(),
        settings.maxLayers(),
        settings.options().compression().toString(),
        releases);
  }
}
