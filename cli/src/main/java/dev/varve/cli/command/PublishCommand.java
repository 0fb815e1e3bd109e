package dev.varve.cli.command;

import dev.varve.cli.github.GitHubActions;
import dev.varve.cli.github.PublicationReport;
import dev.varve.cli.github.Steps;
import dev.varve.cli.option.ByteSize;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.EngineOptions;
import dev.varve.cli.option.HelpGroup;
import dev.varve.cli.option.InGroup;
import dev.varve.cli.option.NotesOptions;
import dev.varve.cli.option.PlanOptions;
import dev.varve.cli.option.PreviousOptions;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.option.SigningOptions;
import dev.varve.cli.report.BudgetReport;
import dev.varve.cli.session.Engine;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSource;
import dev.varve.registry.ImageName;
import dev.varve.registry.RepositoryName;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.builtin.Predecessors;
import dev.varve.runner.naming.PreviousTag.OnCurrent;
import dev.varve.runner.naming.PreviousTag.Rules;
import dev.varve.runner.naming.TagSeries;
import dev.varve.runner.naming.VersionTag;
import dev.varve.runner.publish.BudgetExceededException;
import dev.varve.runner.publish.ImageSigner;
import dev.varve.runner.publish.PreviousSearch;
import dev.varve.runner.publish.PublishRequest;
import dev.varve.runner.publish.PublishResult;
import dev.varve.runner.publish.Publisher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
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
          + "into layers with that one in mind, pushes what the registry lacks, verifies "
          + "it, and then moves the tags.",
      "After a failure, the same command continues with what is there. In GitHub "
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
  @Mixin private PreviousOptions previousOptions;
  @Mixin private PlanOptions planOptions;
  @Mixin private NotesOptions notesOptions;
  @Mixin private SigningOptions signingOptions;
  @Mixin private EngineOptions engineOptions;

  @Parameters(paramLabel = "SOURCE", description = "The image to publish.")
  private String source;

  @Parameters(paramLabel = "REPO", description = "The repository: docker://HOST/PATH.")
  private String destination;

  @Option(
      names = "--version",
      paramLabel = "FORMAT",
      description =
          "The version tag and label, with %%Y %%y %%m %%d %%H %%M %%S %%j in UTC; "
              + "<date> is %%y%%m%%d (default: 40-%%Y%%m%%d). Another image on the same "
              + "day takes over the tag; its label gets .1, .2 and so on.")
  private String format = VersionTag.DEFAULT_FORMAT;

  @Option(
      names = "--unique",
      description = "Give another image on the same day its own tag, with .1, .2 and so on.")
  private boolean unique;

  @Option(
      names = "--tag",
      paramLabel = "T",
      description = "A further tag, such as latest. May be repeated.")
  private List<String> tags = List.of();

  @InGroup(HelpGroup.PREVIOUS_IMAGE)
  @Option(
      names = "--pattern",
      paramLabel = "REGEX",
      description =
          "Use the newest tag in which REGEX matches (default: the newest tag of "
              + "--version's form with any numbers, so that 41- finds 40-, too; or else "
              + "the first --tag that exists).")
  private @Nullable Pattern pattern;

  @InGroup(HelpGroup.PREVIOUS_IMAGE)
  @Option(
      names = "--fresh-on-day",
      paramLabel = "N",
      description = "Plan without a previous image on this day of the month.")
  private @Nullable Integer freshDay;

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
          "Move tags that somebody else has moved since, and --tag's even if a later "
              + "version exists.")
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
    VersionTag.at(console.clock().instant(), format); // refuses a format that makes no tag
    tags.forEach(ImageName::requireTag);
    try (GitHubActions actions = new GitHubActions(console)) {
      registryOptions.passwords(console).forEach(actions::mask);
      try {
        publish(from, to, actions);
      } catch (BudgetExceededException e) {
        BudgetReport report = new BudgetReport(e);
        annotate(report, actions);
        throw report;
      } catch (IOException | RuntimeException e) {
        annotate(e, actions);
        throw e;
      }
    }
    return 0;
  }

  private void annotate(Exception failure, GitHubActions actions) {
    actions.error("varve publish", Failures.line(failure, activity()));
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
      report(new PublicationReport(published, steps.done()), published, actions);
    }
  }

  private PublishRequest request(
      Reference from, RepositoryName to, Session session, GitHubActions actions)
      throws IOException {
    // Before anything is read or asked: a wrong key ends the command at once.
    ImageSigner signer = signingOptions.openIfGiven(session);
    Engine engine =
        engineOptions.open(
            session,
            new EngineOptions.Inputs(
                planOptions, notesOptions.checkout(), Predecessors.NONE, List.of(), dryRun));
    TreeSource tree = session.tree(from, engine);
    return PublishRequest.builder(tree, session.repository(to), session.scratch())
        .version(format, console.clock().instant())
        .unique(unique)
        .tags(tags)
        .previous(previous())
        .platform(session.platform())
        .engine(engine.rechunker())
        .options((rechunk, source, last) -> options(rechunk, source, last, session, actions))
        .signer(signer)
        .budgetBytes(budget == null ? OptionalLong.empty() : OptionalLong.of(budget.bytes()))
        .force(force)
        .dryRun(dryRun)
        .build();
  }

  private void report(PublicationReport report, PublishResult published, GitHubActions actions)
      throws IOException {
    Optional<Path> changelog = notesOptions.write(published.result().notes());
    report.lines().forEach(console::tell);
    report.tell(actions);
    if (changelog.isPresent()) {
      actions.output("changelog", changelog.get().toString());
    }
    if (json) {
      console.result(report.json()); // last: a failure has a JSON object of its own
    }
  }

  private PreviousSearch previous() {
    int today = LocalDate.ofInstant(console.clock().instant(), ZoneOffset.UTC).getDayOfMonth();
    return previousOptions.search(
        new Rules(
            TagSeries.of(format),
            Optional.ofNullable(pattern),
            Optional.empty(),
            OnCurrent.USE,
            tags),
        freshDay != null && freshDay == today
            ? Optional.of("on day " + today + " of the month a fresh start was asked for")
            : Optional.empty());
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
