package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.bytes.PlainText;
import dev.varve.core.history.ComponentCost;
import dev.varve.core.history.HistoryJson;
import dev.varve.core.history.SeriesHistory;
import dev.varve.core.history.SeriesSchedule;
import dev.varve.core.history.SeriesUpdate;
import dev.varve.core.history.Signing.Status;
import dev.varve.core.json.JsonObject;
import dev.varve.core.lint.Finding;
import dev.varve.core.lint.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reports the history of a series: what each update cost, and which components cost most. */
public record HistoryReport(SeriesHistory history) implements Report {
  private static final String ABSENT = "-";

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (history.updates().isEmpty()) {
      lines.add("one image: there is no update yet");
    } else {
      addUpdates(lines);
    }
    signatures().ifPresent(lines::add);
    history.findings().ifPresent(findings -> addLint(lines, findings));
    return lines;
  }

  private void addUpdates(List<String> lines) {
    lines.add(summary(history));
    lines.addAll(updates());
    lines.add("who comes from the first image to the last downloads:");
    lines.addAll(schedules());
    if (history.components().stream().anyMatch(cost -> cost.downloadedBytes() > 0)) {
      lines.add("what cost most:");
      lines.addAll(components());
    }
    if (!history.gaps().missingTags().isEmpty()) {
      lines.add("missing tags: " + String.join(", ", history.gaps().missingTags()));
    }
  }

  /** Returns how many images are signed, and by whom; empty if that is unknown. */
  private Optional<String> signatures() {
    List<String> counts = new ArrayList<>();
    for (Status status : Status.values()) {
      long count =
          history.images().stream().filter(image -> image.signing().status() == status).count();
      if (count > 0 && status != Status.UNKNOWN) {
        counts.add(count + " " + label(status));
      }
    }
    return counts.isEmpty()
        ? Optional.empty()
        : Optional.of("signatures of images: " + String.join(", ", counts));
  }

  private static String label(Status status) {
    return switch (status) {
      case VERIFIED -> "signed";
      case OTHER_KEY -> "signed by another key";
      case UNVERIFIED -> "signed, by a key that was not checked";
      case NONE -> "not signed";
      case UNKNOWN -> "unknown";
    };
  }

  /** Adds a line for each rule, those first that cost most. */
  private void addLint(List<String> lines, List<Finding> findings) {
    String newest =
        PlainText.of(history.images().get(history.images().size() - 1).release().name());
    if (findings.isEmpty()) {
      lines.add("lint of " + newest + ": nothing found");
      return;
    }
    lines.add("lint of " + newest + ":");
    Map<Rule, Found> byRule = new LinkedHashMap<>();
    for (Finding finding : findings) {
      byRule.merge(finding.rule(), new Found(1, finding.bytes()), Found::plus);
    }
    Table table = new Table("rlll");
    byRule.entrySet().stream()
        .sorted(Comparator.comparingLong(rule -> -rule.getValue().bytes()))
        .forEach(
            rule ->
                table.row(
                    rule.getValue().bytes() == 0 ? "" : Human.size(rule.getValue().bytes()),
                    rule.getKey().severity().name().toLowerCase(Locale.ROOT),
                    rule.getKey().name(),
                    Human.count(rule.getValue().count(), "finding")));
    lines.addAll(table.lines());
  }

  /**
   * What a rule found.
   *
   * @param bytes what the findings cost an update
   */
  private record Found(long count, long bytes) {
    Found plus(Found other) {
      return new Found(count + other.count, bytes + other.bytes);
    }
  }

  /** Returns what an update costs on average, in one sentence. */
  static String summary(SeriesHistory history) {
    StringBuilder line = new StringBuilder("an update costs ");
    line.append(Human.size(history.meanBytes())).append(" on average");
    history
        .meanDeltaBytes()
        .ifPresent(bytes -> line.append(", ").append(Human.size(bytes)).append(" with deltas"));
    history
        .meanBuiltBytes()
        .ifPresent(bytes -> line.append("; as built it would be ").append(Human.size(bytes)));
    line.append(" (").append(Human.count(history.updates().size(), "update")).append(")");
    return line.toString();
  }

  private List<String> updates() {
    Table table = new Table("lrrrr");
    table.row("image", "layers", "download", "by delta", "as built");
    for (SeriesUpdate update : history.updates()) {
      table.row(
          PlainText.of(update.cost().to().reference()),
          update.cost().downloads().size() + " of " + update.cost().to().layers().size(),
          Human.size(update.cost().downloadedBytes()),
          size(update.deltaBytes()),
          size(update.builtBytes()));
    }
    return table.lines();
  }

  private List<String> schedules() {
    Table table = new Table("lrrr");
    table.row("", "download", "with deltas", "as built");
    for (SeriesSchedule each : history.schedules()) {
      int every = each.schedule().every();
      table.row(
          every == 1 ? "at every build" : "at every " + every + " builds",
          Human.size(each.schedule().bytes()),
          Human.size(each.schedule().deltaBytes()),
          size(each.builtBytes()));
    }
    return table.lines();
  }

  private List<String> components() {
    Table table = new Table("rll");
    for (ComponentCost cost :
        history.components().subList(0, Math.min(Human.MOST, history.components().size()))) {
      if (cost.downloadedBytes() > 0) {
        table.row(
            Human.size(cost.downloadedBytes()),
            PlainText.of(cost.name()),
            "in " + Human.count(cost.updates(), "update"));
      }
    }
    return table.lines();
  }

  private static String size(OptionalLong bytes) {
    return bytes.isPresent() ? Human.size(bytes.getAsLong()) : ABSENT;
  }

  @Override
  public JsonObject json() {
    return HistoryJson.of(history);
  }
}
