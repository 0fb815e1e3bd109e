package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.json.JsonObject;
import dev.varve.core.update.Release;
import dev.varve.core.update.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Reports the downloads of clients that come from the first image of a series to the last, under
 * several settings.
 *
 * @param rows the settings, as published first
 * @param every the numbers of builds from one update to the next
 */
public record SimulationReport(List<Row> rows, List<Integer> every) implements Report {
  /** Copies the lists. */
  public SimulationReport {
    rows = List.copyOf(rows);
    every = List.copyOf(every);
  }

  /**
   * Settings and their images.
   *
   * @param name the settings as options
   * @param maxLayers the most layers, if that was set
   * @param compression the compression; empty as published
   * @param releases the images, oldest first
   */
  public record Row(
      String name, OptionalInt maxLayers, String compression, List<Release> releases) {
    /** Copies the list. */
    public Row {
      releases = List.copyOf(releases);
    }

    private Release last() {
      return releases.get(releases.size() - 1);
    }

    private boolean hasDeltas() {
      return releases.stream().anyMatch(release -> !release.deltas().isEmpty());
    }
  }

  @Override
  public List<String> lines() {
    List<Release> published = rows.get(0).releases();
    List<Integer> shown = Schedule.of(published, every).stream().map(Schedule::every).toList();
    Table table = new Table("lrr" + "r".repeat(shown.size()));
    List<String> head = new ArrayList<>(List.of("", "layers", "image"));
    shown.forEach(interval -> head.add(interval == 1 ? "every build" : "every " + interval));
    table.row(head.toArray(String[]::new));
    for (Row row : rows) {
      table.row(cells(row, shown, row.name(), false));
      if (row.hasDeltas()) {
        table.row(cells(row, shown, row.name() + ", by delta", true));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "downloads from "
            + published.get(0).name()
            + " to "
            + published.get(published.size() - 1).name()
            + ", "
            + Human.count(published.size(), "image")
            + ":");
    lines.addAll(table.lines());
    return lines;
  }

  private static String[] cells(Row row, List<Integer> shown, String name, boolean deltas) {
    Stream<String> first =
        Stream.of(
            name,
            Integer.toString(row.last().layers().size()),
            Human.size(row.last().totalBytes()));
    Stream<String> sums =
        Schedule.of(row.releases(), shown).stream()
            .map(schedule -> Human.size(deltas ? schedule.deltaBytes() : schedule.bytes()));
    return Stream.concat(first, sums).toArray(String[]::new);
  }

  /** Returns the report as comma-separated values, with a line of headings. */
  public List<String> csv() {
    List<String> lines = new ArrayList<>();
    lines.add("maxLayers,compression,layers,imageBytes,every,updates,updateBytes,deltaBytes");
    for (Row row : rows) {
      for (Schedule schedule : Schedule.of(row.releases(), every)) {
        lines.add(
            String.join(
                ",",
                row.maxLayers().isPresent() ? Integer.toString(row.maxLayers().getAsInt()) : "",
                row.compression(),
                Integer.toString(row.last().layers().size()),
                Long.toString(row.last().totalBytes()),
                Integer.toString(schedule.every()),
                Integer.toString(schedule.updates()),
                Long.toString(schedule.bytes()),
                row.hasDeltas() ? Long.toString(schedule.deltaBytes()) : ""));
      }
    }
    return lines;
  }

  @Override
  public JsonObject json() {
    return JsonObject.EMPTY
        .with("images", rows.get(0).releases().stream().map(SimulationReport::json).toList())
        .with("settings", rows.stream().map(this::json).toList());
  }

  private static JsonObject json(Release release) {
    return JsonObject.EMPTY
        .with("name", release.name())
        .with("digest", release.digest().toString())
        .with("created", release.created().toString());
  }

  private JsonObject json(Row row) {
    JsonObject json = JsonObject.EMPTY.with("name", row.name());
    if (row.maxLayers().isPresent()) {
      json =
          json.with("maxLayers", row.maxLayers().getAsInt()).with("compression", row.compression());
    }
    return json.with("layers", row.last().layers().size())
        .with("imageBytes", row.last().totalBytes())
        .with(
            "schedules",
            Schedule.of(row.releases(), every).stream()
                .map(schedule -> json(schedule, row.hasDeltas()))
                .toList());
  }

  private static JsonObject json(Schedule schedule, boolean deltas) {
    JsonObject json =
        JsonObject.EMPTY
            .with("every", schedule.every())
            .with("updates", schedule.updates())
            .with("updateBytes", schedule.bytes());
    return deltas ? json.with("deltaBytes", schedule.deltaBytes()) : json;
  }
}
