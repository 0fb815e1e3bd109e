package dev.varve.cli.command;

import dev.varve.cli.github.GitHubActions;
import dev.varve.cli.github.PublicationReport;
import dev.varve.cli.github.Steps;
import dev.varve.cli.option.ByteSize;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.EngineOptions;
import dev.varve.cli.option.NotesOptions;
import dev.varve.cli.option.PlanOptions;
import dev.varve.cli.option.PublishedDeltaOptions;
import dev.varve.cli.option.PublishedPreviousOptions;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.option.SbomOption;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.option.SigningOptions;
import dev.varve.cli.option.VersionOptions;
import dev.varve.cli.session.Engine;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSource;
import dev.varve.registry.name.RepositoryName;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.builtin.Predecessors;
import dev.varve.runner.publish.ImageSigner;
import dev.varve.runner.publish.PublishRequest;
import dev.varve.runner.publish.PublishResult;
import dev.varve.runner.publish.Publisher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve publish}. */
@Command(
    name = "publish",
    description = {
      "Publishes a build: finds the image that clients have, divides the new image "
          + "into layers accordingly, pushes the blobs that the registry lacks, verifies "
          + "the image, and moves the tags.",
      "After a failure, the same command continues with the pushed blobs. In GitHub "
          + "Actions, it sets outputs and writes a summary."
    },
    footer = {
      "",
      "SOURCE is docker://HOST/PATH[:TAG][@DIGEST], oci:DIR[:TAG], oci-archive:FILE[:TAG],",
      "docker-archive:FILE[:REF], containers-storage:REF or rootfs:DIR.",
      "",
      "Example:",
      "  varve publish containers-storage:localhost/os docker://ghcr.io/owner/os --tag latest"
    })
public final class PublishCommand implements Activity {
  private static final String URL_LABEL = "io.github-actions.build.url";

  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private RegistryOptions registryOptions;
  @Mixin private VersionOptions versionOptions;
  @Mixin private PublishedPreviousOptions previousOptions;
  @Mixin private PlanOptions planOptions;
  @Mixin private NotesOptions notesOptions;
  @Mixin private SigningOptions signingOptions;
  @Mixin private SbomOption sbomOption;
  @Mixin private PublishedDeltaOptions deltaOptions;
  @Mixin private EngineOptions engineOptions;

  @Parameters(paramLabel = "SOURCE", description = "The image to publish.")
  private String source;

  @Parameters(paramLabel = "REPO", description = "The repository: docker://HOST/PATH.")
  private String destination;

  @Option(
      names = "--budget",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description =
          "Move no tag, and exit with 6, if the update downloads more than SIZE, "
              + "such as 400MB.")
  private @Nullable ByteSize budget;

  @Option(
      names = "--force",
      description =
          "Overwrite tags that somebody else moved during this run, and move the --tag "
              + "tags even if a version with a later date exists.")
  private boolean force;

  @Option(
      names = "--dry-run",
      description = "Show what would be done and the size of the update; push nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Also print the result as JSON on stdout.")
  private boolean json;

  public PublishCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "publishing " + source;
  }

  @Override
  public Integer call() throws IOException {
    Reference from = Reference.parse(source);
    RepositoryName to = Reference.repository(destination);
    versionOptions.requireValid(console.clock());
    deltaOptions.requireValid();
    sbomOption.requireValid(planOptions);
    try (GitHubActions actions = new GitHubActions(console)) {
      registryOptions.passwords(console).forEach(actions::mask);
      actions.annotating("varve publish", activity(), () -> publish(from, to, actions));
    }
    return 0;
  }

  private void publish(Reference from, RepositoryName to, GitHubActions actions)
      throws IOException {
    notesOptions.requireWritable();
    try (Session session =
            Session.open(
                console,
                common,
                scratchOption,
                registryOptions.publishing(to, from),
                planOptions,
                settings -> settings.secrets(actions::mask));
        Steps steps = new Steps(console, session.progress(), actions, dryRun)) {
      PublishResult published = Publisher.publish(request(from, to, session, actions), steps);
      steps.end();
      Optional<Path> changelog = notesOptions.write(published.result().notes());
      new PublicationReport(published, steps.done(), changelog).tell(console, actions, json);
    }
  }

  private PublishRequest request(
      Reference from, RepositoryName to, Session session, GitHubActions actions)
      throws IOException {
    // First of all, to fail at once for a wrong key.
    ImageSigner signer = signingOptions.openIfGiven(session);
    // Publisher has skipped the image that is being built again. The engine's own search would skip
    // every image of the same source, also yesterday's, which clients have.
    Engine engine =
        engineOptions.open(
            session,
            new EngineOptions.Inputs(
                planOptions, notesOptions.checkout(), Predecessors.NONE, List.of(), dryRun));
    TreeSource tree = session.tree(from, engine);
    PublishRequest.Builder request =
        PublishRequest.builder(tree, session.repository(to), session.scratch())
            .previous(previousOptions.search(versionOptions, console.clock()))
            .platform(session.platform())
            .engine(engine.rechunker())
            .options((rechunk, source, last) -> options(rechunk, source, last, session, actions))
            .signer(signer)
            .budgetBytes(budget == null ? OptionalLong.empty() : OptionalLong.of(budget.bytes()))
            .force(force)
            .dryRun(dryRun);
    versionOptions.addTo(request, console.clock());
    sbomOption.addTo(request);
    deltaOptions.addTo(request, session.layerLimits());
    return request.build();
  }

  private void options(
      RechunkRequest.Builder request,
      TreeSource tree,
      @Nullable ImageSource last,
      Session session,
      GitHubActions actions)
      throws IOException {
    request.layerLimits(session.layerLimits());
    planOptions.addTo(request, session.progress());
    actions.runUrl().ifPresent(url -> request.label(URL_LABEL, url));
    notesOptions.addTo(
        request,
        null,
        tree,
        last,
        why -> {
          session.progress().notice("no commits in the changelog: " + why);
          actions.warning("No commits in the changelog", why);
        });
  }
}
