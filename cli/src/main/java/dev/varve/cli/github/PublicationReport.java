package dev.varve.cli.github;

import dev.varve.cli.github.Steps.Timed;
import dev.varve.cli.report.PublishedDeltaList;
import dev.varve.cli.report.RechunkReport;
import dev.varve.cli.report.Report;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.core.json.JsonObject;
import dev.varve.runner.publish.PublishResult;
import dev.varve.runner.publish.PublishedDelta;
import dev.varve.runner.publish.PublishedSbom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reports the result of publishing, as text, as JSON and to GitHub Actions. */
public final class PublicationReport implements Report {
  private final PublishResult published;
  private final List<Timed> steps;
  private final Optional<Path> changelog;
  private final RechunkReport rechunk;
  private final PublishedDeltaList deltas;

  /**
   * Creates a report.
   *
   * @param steps the steps with their times
   * @param changelog the file with the changelog, if one was written
   */
  public PublicationReport(PublishResult published, List<Timed> steps, Optional<Path> changelog) {
    this.published = published;
    this.steps = steps;
    this.changelog = changelog;
    this.deltas = new PublishedDeltaList(published.deltas());
    this.rechunk =
        new RechunkReport(
            published.result(),
            published.build().previous().reason(),
            published.trial() ? Optional.empty() : Optional.of(published.uploaded()),
            published.deltaFromPrevious().map(PublishedDelta::ofLayers).orElse(Map.of()));
  }

  @Override
  public List<String> lines() {
    Map<String, String> further = new LinkedHashMap<>();
    if (published.trial()) {
      further.put("would be", String.join(", ", published.tags()) + "; nothing was pushed");
    } else {
      further.put(
          "uploaded",
          Human.count(published.uploaded().blobs(), "blob")
              + ", "
              + Human.size(published.uploaded().bytes()));
      further.put("signature", published.signature());
      published.sbom().ifPresent(sbom -> further.put("SBOM", sbom(sbom)));
      if (!published.deltas().isEmpty()) {
        further.put("deltas", deltas.line());
      }
      further.put(
          "tags",
          String.join(", ", published.tags())
              + (published.isNew() ? "" : "; it was published before"));
    }
    further.put("version", published.build().version());
    return rechunk.lines(further);
  }

  @Override
  public JsonObject json() {
    JsonObject json = rechunk.json();
    if (published.sbom().isPresent()) {
      json = json.with("sbom", json(published.sbom().get()));
    }
    return json.with("version", published.build().version())
        .with("tags", published.tags())
        .with("isNew", published.isNew())
        .with("uploadedBlobs", published.uploaded().blobs())
        .with("uploadedBytes", published.uploaded().bytes())
        .with("previousReason", published.build().previous().reason())
        .with("signature", published.signature())
        .with("deltas", deltas.json())
        .with("published", !published.trial());
  }

  private static String sbom(PublishedSbom sbom) {
    return sbom.format().title()
        + ", "
        + Human.count(sbom.packages(), "package")
        + ", "
        + sbom.artifact().digest();
  }

  private static JsonObject json(PublishedSbom sbom) {
    return JsonObject.EMPTY
        .with("format", sbom.format().toString())
        .with("packages", sbom.packages())
        .with("digest", sbom.artifact().digest().toString());
  }

  /** Prints the report, writes it to GitHub Actions, and optionally prints JSON last. */
  public void tell(Console console, GitHubActions actions, boolean withJson) throws IOException {
    lines().forEach(console::tell);
    tell(actions);
    if (withJson) {
      console.result(json());
    }
  }

  /** Sets the outputs of the step, and writes the summary. */
  private void tell(GitHubActions actions) throws IOException {
    if (!published.trial()) {
      actions.output("digest", published.digest().toString());
      actions.output("registry-paths", paths());
      actions.output("tags", String.join(" ", published.tags()));
      actions.output("uploaded-bytes", Long.toString(published.uploaded().bytes()));
      actions.output("is-new", Boolean.toString(published.isNew()));
    }
    if (published.sbom().isPresent()) {
      actions.output("sbom-digest", published.sbom().get().artifact().digest().toString());
    }
    actions.output("version", published.build().version());
    actions.output("prev-ref", published.previous());
    actions.output("reused-bytes", Long.toString(rechunk.reusedBytes()));
    actions.output("update-bytes", Long.toString(rechunk.updateBytes()));
    if (published.deltaFromPrevious().isPresent()) {
      actions.output("delta-bytes", Long.toString(published.deltaFromPrevious().get().bytes()));
    }
    actions.output("chunks", Integer.toString(published.result().image().layers().size()));
    actions.notice(
        (published.trial() ? "Not published: " : "Published: ") + published.paths().get(0),
        rechunk.update() + "; " + published.digest());
    actions.summary(new JobSummary(published, steps).markdown());
    if (changelog.isPresent()) {
      actions.output("changelog", changelog.get().toString());
    }
  }

  /** Returns a JSON array, as in other actions that push images. */
  private String paths() {
    return published.paths().stream()
        .map(path -> "\"" + path + "\"") // names of images need no escapes
        .collect(Collectors.joining(",", "[", "]"));
  }
}
