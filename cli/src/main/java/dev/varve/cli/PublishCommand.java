package dev.varve.cli;

import dev.varve.cli.PreviousOptions.Found;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSource;
import dev.varve.registry.ImageName;
import dev.varve.registry.Repository;
import dev.varve.registry.RepositoryName;
import dev.varve.registry.TagSeries;
import dev.varve.registry.VersionTag;
import dev.varve.runner.RechunkRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
      "Publishes tonight's build: finds the image that clients have, divides the new one into layers"
          + " with that in mind, pushes what is missing, verifies it, and only then moves the tags.",
      "Run again after a failure, it takes up what is there. In GitHub Actions it sets outputs and"
          + " writes a summary."
    },
    footer = {
      "",
      "SOURCE is docker://HOST/PATH[:TAG][@DIGEST], oci:DIR[:TAG], oci-archive:FILE[:TAG],",
      "docker-archive:FILE[:REF], containers-storage:REF or rootfs:DIR.",
      "",
      "Example:",
      "  varve publish containers-storage:localhost/os docker://ghcr.io/owner/os --tag latest"
    })
final class PublishCommand implements Activity {
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

  @Parameters(paramLabel = "REPO", description = "Where it goes: docker://HOST/PATH.")
  private String destination;

  @Option(
      names = "--version",
      paramLabel = "FORMAT",
      description =
          "The version tag, and the version label, with %%Y %%y %%m %%d %%H %%M %%S %%j in UTC"
              + " (<date> is %%y%%m%%d; default: 40-%%Y%%m%%d). Another image on the same day takes over the tag;"
              + " its label gets .1, .2 and so on.")
  private String format = VersionTag.DEFAULT_FORMAT;

  @Option(
      names = "--unique",
      description = "Another image on the same day gets a tag of its own, with .1, .2 and so on.")
  private boolean unique;

  @Option(
      names = "--tag",
      paramLabel = "T",
      description = "A further tag for the image, such as latest. May be repeated.")
  private List<String> tags = List.of();

  @Option(
      names = "--pattern",
      paramLabel = "REGEX",
      description =
          "The previous image has the newest tag in which REGEX is found (default: the newest that"
              + " the version's FORMAT makes, with any number in place of each of its own, so that"
              + " 41- finds 40-, too; or where none is there, the first --tag that is).")
  private @Nullable Pattern pattern;

  @Option(
      names = "--fresh-on-day",
      paramLabel = "N",
      description = "Take no previous image on this day of the month.")
  private @Nullable Integer freshDay;

  @Option(
      names = "--budget",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description =
          "Move no tag, and end with 6, where the update downloads more than SIZE, such as 400MB.")
  private @Nullable ByteSize budget;

  @Option(
      names = "--force",
      description =
          "Move also tags that somebody else has moved in the meantime, and --tag's where there is"
              + " a version of a later day.")
  private boolean force;

  @Option(
      names = "--dry-run",
      description = "Tell what would be done and what the update would cost; push nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Also print the result as JSON on stdout, for machines.")
  private boolean json;

  PublishCommand(Console console) {
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
    VersionTag day = VersionTag.at(console.clock().instant(), format);
    tags.forEach(ImageName::requireTag);
    try (GitHubActions actions = new GitHubActions(console)) {
      registryOptions.passwords(console).forEach(actions::mask);
      try {
        publish(from, to, day, actions);
      } catch (IOException | RuntimeException e) {
        actions.error("varve publish", Failures.line(e, activity()));
        throw e;
      }
    }
    return 0;
  }

  private void publish(Reference from, RepositoryName to, VersionTag day, GitHubActions actions)
      throws IOException {
    notesOptions.requireWritable();
    NamedRegistries named =
        new NamedRegistries(Optional.of(to), NamedRegistries.reading(List.of(from)).sources());
    try (ConsoleProgress progress = new ConsoleProgress(console, common.quiet());
        Registries registries = registryOptions.open(console, progress, named, actions::mask);
        // Before anything is read or asked: what is wrong with the key is known at once.
        Signing signing =
            signingOptions.openIfGiven(console, progress, registryOptions, actions::mask);
        ClosedOnExit<Scratch> scratch =
            new ClosedOnExit<>(new Scratch(scratchOption.directory(console.environment())));
        Steps steps = new Steps(console, progress, actions);
        ClosedOnExit<Engine> engine =
            new ClosedOnExit<>(
                engineOptions.open(
                    console,
                    new EngineOptions.Inputs(
                        planOptions.groups(), notesOptions.checkout(), List.of(), dryRun)));
        ClosedOnExit<TreeSource> tree =
            new ClosedOnExit<>(
                engine
                    .get()
                    .source(
                        from,
                        new Transports(
                                planOptions.platform().telling(progress::notice),
                                scratch.get(),
                                console.environment(),
                                registries)
                            .beside(planOptions.oneFileSystem(), List.of())
                            .within(scratchOption.layerLimits()),
                        scratch.get()))) {
      Published published =
          new Publication(
                  registries.get().repository(to),
                  plan(day, to, registries, progress, actions),
                  engine.get().rechunker(),
                  signing,
                  steps,
                  progress)
              .run(tree.get(), scratch.get());
      PublicationReport report = new PublicationReport(published, steps.done());
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
  }

  private Publication.Plan plan(
      VersionTag day,
      RepositoryName to,
      Registries registries,
      ConsoleProgress progress,
      GitHubActions actions) {
    return new Publication.Plan(
        day,
        TagSeries.of(format),
        unique,
        tags,
        (current, without) -> previous(registries, to, current, without),
        planOptions.prune(),
        (request, tree, last) -> options(request, tree, last, progress, actions),
        planOptions.platform().telling(progress::notice),
        Optional.ofNullable(budget),
        force,
        dryRun);
  }

  private Found previous(
      Registries registries, RepositoryName to, String current, Set<String> without)
      throws IOException {
    int today = LocalDate.ofInstant(console.clock().instant(), ZoneOffset.UTC).getDayOfMonth();
    if (freshDay != null && freshDay == today) {
      return Found.unwanted("on day " + today + " of the month a fresh start was asked for");
    }
    Found found =
        previousOptions.find(
            registries,
            to,
            previousOptions.rules(
                TagSeries.of(format), Optional.ofNullable(pattern), Optional.of(current), tags),
            without);
    boolean isFollowed = found.image().flatMap(ImageName::tag).filter(tags::contains).isPresent();
    return isFollowed ? ifReadable(found, registries.get().repository(to)) : found;
  }

  /** A tag such as latest may lead to anything; it is replaced, whatever that is. */
  private Found ifReadable(Found found, Repository repository) throws IOException {
    ImageName image = found.image().orElseThrow();
    String digest = found.digest().orElseThrow().toString();
    String problem;
    try (ImageSource there =
        repository.image(digest, planOptions.platform(), "docker://" + image)) {
      if (there.manifest().layers().size() == there.config().diffIds().size()) {
        return found;
      }
      problem = "its config and its manifest differ in the number of layers";
    } catch (IOException | IllegalArgumentException e) {
      if (TaggedImage.passes(e)) {
        throw e;
      }
      problem = Failures.reason(e);
    }
    return found.without(found.reason() + "; it is no image to plan with: " + problem);
  }

  private void options(
      RechunkRequest.Builder request,
      TreeSource tree,
      @Nullable ImageSource last,
      ConsoleProgress progress,
      GitHubActions actions)
      throws IOException {
    request.layerLimits(scratchOption.layerLimits());
    planOptions.addTo(request, progress);
    actions.runUrl().ifPresent(url -> request.label(URL_LABEL, url));
    notesOptions.addTo(
        request,
        null,
        tree,
        last,
        why -> {
          progress.notice("no commits in the changelog: " + why);
          actions.warning("No commits in the changelog", why);
        });
  }
}
