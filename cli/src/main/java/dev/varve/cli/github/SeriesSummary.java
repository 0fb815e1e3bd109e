package dev.varve.cli.github;

import dev.varve.cli.terminal.Human;
import dev.varve.core.history.SeriesHistory;
import dev.varve.core.history.SeriesUpdate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Formats the history of a series as Markdown for the summary of a job: a chart of what updates
 * cost, which GitHub draws by Mermaid, and a table with the same numbers.
 *
 * @see <a href="https://mermaid.js.org/syntax/xyChart.html">Mermaid: XY chart</a>
 */
public final class SeriesSummary {
  /** With more updates, the names on the axis would lie one upon the other. */
  private static final int MOST_NAMES = 12;

  private static final double MEGABYTE = 1e6;

  private SeriesSummary() {}

  /** Adds the history to the summary of the step that runs, if one does. */
  public static void write(SeriesHistory history, GitHubActions actions) throws IOException {
    actions.summary(markdown(history));
  }

  /** Returns the summary. */
  static String markdown(SeriesHistory history) {
    List<SeriesUpdate> updates = history.updates();
    boolean built = updates.stream().allMatch(update -> update.builtBytes().isPresent());
    List<String> lines = new ArrayList<>();
    lines.add("## Updates of " + JobSummary.code(history.place()));
    lines.add("");
    lines.add("An update costs **" + Human.size(history.meanBytes()) + "** on average.");
    lines.add("");
    lines.add("```mermaid");
    lines.add("xychart-beta");
    lines.add("  title \"Download of each update in MB" + (built ? "; line: as built\"" : "\""));
    lines.add("  x-axis " + axis(updates));
    lines.add("  y-axis \"MB\"");
    lines.add("  bar " + values(updates.stream().map(SeriesSummary::downloaded).toList()));
    if (built) {
      lines.add("  line " + values(updates.stream().map(SeriesUpdate::builtBytes).toList()));
    }
    lines.add("```");
    lines.add("");
    lines.add("<details><summary>Numbers of the updates</summary>");
    lines.add("");
    lines.add("| image | layers | download | by delta | as built |");
    lines.add("| --- | ---: | ---: | ---: | ---: |");
    updates.forEach(update -> lines.add(row(update)));
    lines.add("");
    lines.add("</details>");
    lines.add("");
    return String.join("\n", lines) + "\n";
  }

  private static String axis(List<SeriesUpdate> updates) {
    return updates.size() > MOST_NAMES
        ? "\"update\" 1 --> " + updates.size()
        : updates.stream()
            .map(update -> '"' + name(update).replaceAll("[^A-Za-z0-9._-]", "?") + '"')
            .collect(Collectors.joining(", ", "[", "]"));
  }

  private static OptionalLong downloaded(SeriesUpdate update) {
    return OptionalLong.of(update.cost().downloadedBytes());
  }

  private static String values(List<OptionalLong> bytes) {
    return bytes.stream()
        .map(each -> String.format(Locale.ROOT, "%.2f", each.orElseThrow() / MEGABYTE))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String row(SeriesUpdate update) {
    return "| "
        + String.join(
            " | ",
            JobSummary.code(name(update)),
            Integer.toString(update.cost().downloads().size()),
            Human.size(update.cost().downloadedBytes()),
            size(update.deltaBytes()),
            size(update.builtBytes()))
        + " |";
  }

  private static String name(SeriesUpdate update) {
    return update.cost().to().reference();
  }

  private static String size(OptionalLong bytes) {
    return bytes.isPresent() ? Human.size(bytes.getAsLong()) : "";
  }
}
