package dev.varve.cli.report;

import dev.varve.cli.terminal.Advice;
import dev.varve.cli.terminal.Table;
import dev.varve.core.json.JsonObject;
import dev.varve.runner.Finding;
import dev.varve.runner.Finding.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reports what this machine has and lacks.
 *
 * @param builtin the findings for every engine
 * @param container the findings for the container engine; empty if it was not checked
 * @param works whether the requested engine works on this machine
 */
public record DoctorReport(List<Finding> builtin, List<Finding> container, boolean works)
    implements Report {
  /** Whether nothing is lacking. */
  public static boolean works(List<Finding> findings) {
    return findings.stream().noneMatch(finding -> finding.state() == State.LACKING);
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>(lines("every engine", builtin));
    if (!container.isEmpty()) {
      lines.add("");
      lines.addAll(lines("--engine container", container));
    }
    return lines;
  }

  private static List<String> lines(String title, List<Finding> findings) {
    List<String> lines = new ArrayList<>();
    lines.add(title + (works(findings) ? "" : ": can't work here"));
    Table table = new Table("lll");
    for (Finding finding : findings) {
      table.row(word(finding), finding.subject(), finding.found());
      if (!finding.advice().isEmpty()) {
        table.row("", "", "→ " + advice(finding));
      }
    }
    lines.addAll(table.lines());
    return lines;
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

  @Override
  public JsonObject json() {
    JsonObject result = JsonObject.EMPTY.with("works", works).with("builtin", json(builtin));
    return container.isEmpty() ? result : result.with("container", json(container));
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
