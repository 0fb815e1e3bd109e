package dev.varve.cli.command;

import dev.varve.cli.github.GitHubActions;
import dev.varve.cli.github.SeriesSummary;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.KeyPlace;
import dev.varve.cli.option.SeriesOptions;
import dev.varve.cli.report.HistoryPage;
import dev.varve.cli.report.HistoryReport;
import dev.varve.cli.session.ImageCheck;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Series;
import dev.varve.cli.session.SeriesImages;
import dev.varve.cli.session.Session;
import dev.varve.cli.session.TextFile;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.core.history.SeriesHistory;
import dev.varve.core.lint.Finding;
import dev.varve.core.signing.VerificationKey;
import dev.varve.core.state.DivisionRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code varve report}. */
@Command(
    name = "report",
    description = {
      "Shows the history of a series of images: what each update cost, which layers and components "
          + "made it cost so much, packages, signatures and gaps.",
      "With --output it writes a page for browsers, which needs no network. Only manifests, states "
          + "and signatures are read, no layers, except for --lint.",
      "In a step of GitHub Actions, a chart of the updates is added to the summary of the job."
    },
    footer = {"", "Example:", "  varve report docker://ghcr.io/owner/os --last 30 -o report.html"})
public final class ReportCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private SeriesOptions seriesOptions;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write the history to FILE, as one HTML file, instead of printing it as text.")
  private @Nullable Path output;

  @Option(
      names = "--as-built",
      paramLabel = "SERIES",
      description =
          "A repository or layout with the images that the series was made from, to show what "
              + "updates between them would cost. May be repeated.")
  private List<String> asBuilt = List.of();

  @Option(
      names = "--key",
      paramLabel = "FILE|env://NAME",
      description =
          "A public key that signs the images, to tell its signatures from others. May be"
              + " repeated.")
  private List<String> keys = List.of();

  @Option(
      names = "--lint",
      description =
          "Check the newest image and the one before it as `varve lint` does, which reads their "
              + "layers.")
  private boolean lint;

  @Option(names = "--json", description = "Print JSON on stdout: the data of the page.")
  private boolean json;

  public ReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "reporting the history of " + seriesOptions.text();
  }

  @Override
  public Integer call() throws IOException {
    try (GitHubActions actions = new GitHubActions(console)) {
      if (output != null) {
        TextFile.requireWritable(output);
      }
      SeriesHistory history = read();
      if (output != null) {
        new TextFile(output, HistoryPage.of(history)).write();
        console.tell(
            "%s: %s, %s"
                .formatted(
                    output,
                    Human.count(history.images().size(), "image"),
                    Human.count(history.updates().size(), "update")));
      }
      if (!history.updates().isEmpty()) {
        SeriesSummary.write(history, actions);
      }
      if (output == null || json) {
        new HistoryReport(history).print(console, json);
      }
    }
    return 0;
  }

  private SeriesHistory read() throws IOException {
    List<VerificationKey> known = new ArrayList<>();
    for (String key : keys) {
      known.add(new KeyPlace(key).publicKey(console));
    }
    try (Session session = seriesOptions.open(console, common, asBuilt)) {
      Series series = seriesOptions.find(session);
      Series built = Series.all(asBuilt, session);
      return SeriesHistory.of(
          seriesOptions.text(),
          SeriesImages.read(series, built, known, session),
          series.tags(),
          lint && !series.images().isEmpty()
              ? Optional.of(check(series.images(), session))
              : Optional.empty());
    }
  }

  private static List<Finding> check(List<Series.Member> images, Session session)
      throws IOException {
    List<Reference> references = images.stream().map(Series.Member::reference).toList();
    int last = references.size() - 1;
    return ImageCheck.run(
        references.get(last),
        last == 0 ? Optional.empty() : Optional.of(references.get(last - 1)),
        DivisionRules.DEFAULT,
        Set.of(),
        session);
  }
}
