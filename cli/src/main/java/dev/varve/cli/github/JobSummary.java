package dev.varve.cli.github;

import dev.varve.cli.github.Steps.Timed;
import dev.varve.cli.report.PublishedDeltaList;
import dev.varve.cli.report.UpdateReport;
import dev.varve.cli.report.UpdateReport.Change;
import dev.varve.cli.terminal.Excerpt;
import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.LayerBar;
import dev.varve.core.bytes.PlainText;
import dev.varve.core.image.Descriptor;
import dev.varve.core.notes.Markdown;
import dev.varve.core.state.PublishedImage.PublishedLayer;
import dev.varve.core.update.ComponentCause;
import dev.varve.core.update.FileChange;
import dev.varve.core.update.PackageChange;
import dev.varve.core.update.UpdateCauses;
import dev.varve.core.update.UpdateCost;
import dev.varve.core.update.UpdateCost.LayerDownload;
import dev.varve.runner.publish.PublishResult;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Formats the result of publishing as Markdown for the summary of a job. */
final class JobSummary {
  private final PublishResult published;
  private final List<Timed> steps;
  private final Optional<UpdateCost> update;
  private final List<Descriptor> layers;
  private final long total;
  private final StringBuilder out = new StringBuilder();

  JobSummary(PublishResult published, List<Timed> steps) {
    this.published = published;
    this.steps = steps;
    this.update = published.update();
    this.layers = published.result().image().layers().stream().map(PublishedLayer::blob).toList();
    this.total = layers.stream().mapToLong(Descriptor::size).sum();
  }

  /** Returns the summary. */
  String markdown() {
    out.setLength(0);
    line("## " + (published.trial() ? "Not published: " : "") + code(published.paths().get(0)));
    line("");
    facts();
    update.ifPresent(this::downloads);
    published.result().causes().ifPresent(this::files);
    update.ifPresent(this::packages);
    changelog();
    durations();
    return out.toString();
  }

  private void facts() {
    row("", "");
    row("---", "---");
    row("update", update.map(this::cost).orElseGet(this::wholeDownload));
    if (!published.deltas().isEmpty()) {
      row("deltas", Markdown.escaped(new PublishedDeltaList(published.deltas()).line()));
    }
    row("layers", layers());
    row("", "`" + LayerBar.of(layers, downloaded()) + "`");
    String previous = published.previous();
    String reason = Markdown.escaped(published.build().previous().reason());
    row("previous image", (previous.isEmpty() ? "none" : code(previous)) + ": " + reason);
    update.ifPresent(cost -> row("packages", new UpdateReport(cost, true).packages()));
    row("version", code(published.build().version()));
    row("tags", String.join(", ", published.tags().stream().map(JobSummary::code).toList()));
    row("digest", code(published.digest().toString()) + (published.isNew() ? "" : ", as before"));
    if (!published.trial()) {
      row(
          "uploaded",
          Human.count(published.uploaded().blobs(), "blob")
              + ", "
              + size(published.uploaded().bytes()));
    }
    row("signature", Markdown.escaped(published.signature()));
    published
        .sbom()
        .ifPresent(
            sbom ->
                row("SBOM", sbom.format().title() + ", " + code(sbom.artifact().digest() + "")));
    line("");
  }

  private String wholeDownload() {
    String download = "a whole download: **" + size(total) + "**";
    return published.trial()
        ? download
        : download + " for clients; " + size(published.uploaded().bytes()) + " uploaded";
  }

  private String cost(UpdateCost cost) {
    return "**"
        + size(cost.downloadedBytes())
        + "** of "
        + size(cost.totalBytes())
        + ": "
        + Human.share(1 - cost.share())
        + " less than a whole download";
  }

  private String layers() {
    String chunks = Human.count(layers.size(), "chunk");
    return update
        .map(cost -> chunks + ", " + cost.downloads().size() + " of them to download")
        .orElse(chunks);
  }

  private List<Descriptor> downloaded() {
    return update
        .map(cost -> cost.downloads().stream().map(LayerDownload::blob).toList())
        .orElse(layers);
  }

  private void downloads(UpdateCost cost) {
    if (cost.downloads().isEmpty()) {
      return;
    }
    line("### What is downloaded");
    line("");
    row("download", "why", "components");
    row("---:", "---", "---");
    Excerpt<LayerDownload> biggest = Excerpt.of(cost.downloads(), Human.MOST);
    for (LayerDownload layer : biggest.shown()) {
      row(
          size(layer.blob().size()),
          layer.reason().toString().toLowerCase(Locale.ROOT),
          code(UpdateReport.components(layer, UpdateReport.MOST_NAMES)));
    }
    if (biggest.more() > 0) {
      row("", "", "and " + biggest.more() + " more layers");
    }
    line("");
  }

  /** Adds the biggest files that no new version of a package explains. */
  private void files(UpdateCauses causes) {
    List<ChangedFile> files = ChangedFile.of(causes);
    if (files.isEmpty()) {
      return;
    }
    line("### What changed without a new version");
    line("");
    row("size", "", "file", "component");
    row("---:", "---", "---", "---");
    Excerpt<ChangedFile> biggest = Excerpt.of(files, Human.MOST);
    for (ChangedFile file : biggest.shown()) {
      row(
          size(file.change().bytes()),
          file.change().kind().toString().toLowerCase(Locale.ROOT),
          code("/" + file.change().path()),
          code(file.component()));
    }
    if (biggest.more() > 0) {
      row("", "", "and " + biggest.more() + " more files", "");
    }
    line("");
  }

  /** A file that changed, and its component. */
  private record ChangedFile(String component, FileChange change) {
    private static List<ChangedFile> of(UpdateCauses causes) {
      return causes.components().values().stream()
          .filter(cause -> cause.reason() != ComponentCause.Reason.VERSION)
          .flatMap(cause -> cause.files().stream().map(file -> new ChangedFile(cause.name(), file)))
          .sorted(Comparator.comparingLong((ChangedFile file) -> -file.change().bytes()))
          .toList();
    }
  }

  private void packages(UpdateCost cost) {
    if (cost.packages().isEmpty()) {
      return;
    }
    line("<details><summary>" + Human.count(cost.packages().size(), "package") + "</summary>");
    line("");
    row("package", "", "before", "now");
    row("---", "---", "---", "---");
    for (PackageChange change : cost.packages()) {
      row(
          code(change.name()),
          Change.of(change).label(),
          code(change.before()),
          code(change.after()));
    }
    line("");
    line("</details>");
    line("");
  }

  /** Adds the image's changelog, which is Markdown. */
  private void changelog() {
    line("<details><summary>changelog</summary>");
    line("");
    line(published.result().notes().changelog().stripTrailing());
    line("");
    line("</details>");
    line("");
  }

  private void durations() {
    row("step", "took");
    row("---", "---:");
    Duration all = Duration.ZERO;
    for (Timed step : steps) {
      row(step.name(), Human.duration(step.time()));
      all = all.plus(step.time());
    }
    row("all", Human.duration(all));
    line("");
  }

  private void row(String... cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private static String size(long bytes) {
    return Human.size(bytes);
  }

  /** Formats foreign text as code, without other effects in Markdown. */
  static String code(String text) {
    String plain = PlainText.of(text).replace('`', '\'').replace("|", "\\|");
    return plain.isEmpty() ? "" : "`" + plain + "`";
  }
}
