package dev.varve.cli.report;

import dev.varve.cli.terminal.Excerpt;
import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.bytes.PlainText;
import dev.varve.core.json.JsonObject;
import dev.varve.core.lint.Finding;
import dev.varve.core.lint.Rule;
import dev.varve.core.lint.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reports what is wrong with a build: below each rule the paths, with what they cost each update,
 * and the lines that avoid it.
 *
 * @param image the image as named by the user
 * @param findings in the order of the rules
 * @param compared whether a previous image is known, and so what an update downloads
 * @param all whether to show all findings of a rule
 */
public record LintReport(String image, List<Finding> findings, boolean compared, boolean all)
    implements Report {
  private static final int MOST = 5;

  /** Copies the list. */
  public LintReport {
    findings = List.copyOf(findings);
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    byRule().forEach((rule, found) -> addRule(lines, rule, found));
    lines.add(image + ": " + summary());
    return lines;
  }

  private Map<Rule, List<Finding>> byRule() {
    Map<Rule, List<Finding>> byRule = new LinkedHashMap<>();
    findings.forEach(
        finding -> byRule.computeIfAbsent(finding.rule(), rule -> new ArrayList<>()).add(finding));
    return byRule;
  }

  private void addRule(List<String> lines, Rule rule, List<Finding> found) {
    long bytes = found.stream().mapToLong(Finding::bytes).sum();
    lines.add(
        label(rule.severity())
            + " "
            + rule.name()
            + (bytes == 0 ? "" : ", " + Human.size(bytes) + (compared ? " of this update" : ""))
            + ": "
            + rule.title());
    Table table = new Table("rll");
    List<Finding> largest =
        found.stream().sorted((a, b) -> Long.compare(b.bytes(), a.bytes())).toList();
    Excerpt<Finding> excerpt = Excerpt.of(largest, MOST, all);
    for (Finding finding : excerpt.shown()) {
      table.row(
          finding.bytes() == 0 ? "" : Human.size(finding.bytes()),
          finding.path().isEmpty() ? image : PlainText.of("/" + finding.path()),
          PlainText.of(finding.message()));
    }
    lines.addAll(table.lines());
    excerpt.addRest(lines, "  ", "varve lint --all");
    found.get(0).cure().forEach(line -> lines.add("    " + line));
    lines.add("");
  }

  private String summary() {
    if (findings.isEmpty()) {
      return "nothing found";
    }
    List<String> counts = new ArrayList<>();
    for (Severity severity : Severity.values()) {
      long count = count(severity);
      if (count > 0) {
        counts.add(Human.count(count, label(severity)));
      }
    }
    return String.join(", ", counts);
  }

  private long count(Severity severity) {
    return findings.stream().filter(finding -> finding.rule().severity() == severity).count();
  }

  private static String label(Severity severity) {
    return severity.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public JsonObject json() {
    JsonObject counts = JsonObject.EMPTY;
    for (Severity severity : Severity.values()) {
      counts = counts.with(label(severity), count(severity));
    }
    return JsonObject.EMPTY
        .with("image", image)
        .with("counts", counts)
        .with(
            "rules",
            byRule().entrySet().stream()
                .map(
                    rule ->
                        JsonObject.EMPTY
                            .with("name", rule.getKey().name())
                            .with("severity", label(rule.getKey().severity()))
                            .with("title", rule.getKey().title())
                            .with("cure", rule.getValue().get(0).cure()))
                .toList())
        .with(
            "findings",
            findings.stream()
                .map(
                    finding ->
                        JsonObject.EMPTY
                            .with("rule", finding.rule().name())
                            .with("path", finding.path().isEmpty() ? "" : "/" + finding.path())
                            .with("bytes", finding.bytes())
                            .with("message", finding.message()))
                .toList());
  }
}
