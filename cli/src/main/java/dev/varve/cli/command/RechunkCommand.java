package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.EngineOptions;
import dev.varve.cli.option.NotesOptions;
import dev.varve.cli.option.PlanOptions;
import dev.varve.cli.option.PreviousImageOptions;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.option.TagOption;
import dev.varve.cli.report.RechunkReport;
import dev.varve.cli.session.Engine;
import dev.varve.cli.session.PreviousImage;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.ReplacedTags;
import dev.varve.cli.session.Session;
import dev.varve.cli.session.Transports;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.publish.PreviousFit;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve rechunk}: the main job. */
@Command(
    name = "rechunk",
    description = "Divides an image into layers that stay the same from one build to the next.",
    footer = {
      "",
      "SOURCE is docker://HOST/PATH[:TAG][@DIGEST], oci:DIR[:TAG], oci-archive:FILE[:TAG],",
      "docker-archive:FILE[:REF], containers-storage:REF or rootfs:DIR; DEST is any of these but",
      "rootfs:DIR. Without --prev and --fresh, the previous image is the one at a docker:// or oci:",
      "DEST.",
      "",
      "Example:",
      "  varve rechunk containers-storage:localhost/os oci:os:today --prev oci:os:yesterday"
    })
public final class RechunkCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private RegistryOptions registryOptions;
  @Mixin private PlanOptions planOptions;
  @Mixin private NotesOptions notesOptions;
  @Mixin private EngineOptions engineOptions;
  @Mixin private PreviousImageOptions previousOptions;
  @Mixin private TagOption tagOption;

  @Parameters(paramLabel = "SOURCE", description = "The image to rechunk.")
  private String source;

  @Parameters(paramLabel = "DEST", description = "The destination.")
  private String destination;

  @Option(
      names = "--version",
      paramLabel = "TEXT",
      description =
          "The label org.opencontainers.image.version. <date> stands for the day of "
              + "SOURCE, such as 251011; a version that the previous image has gets .1, .2 "
              + "and so on.")
  private @Nullable String version;

  @Option(names = "--json", description = "Also print the result as JSON on stdout.")
  private boolean json;

  public RechunkCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "rechunking " + source;
  }

  @Override
  public Integer call() throws IOException {
    Reference from = Reference.parse(source);
    Reference to = Reference.parse(destination);
    Transports.requireWritable(to);
    notesOptions.requireWritable();
    ReplacedTags replaced = ReplacedTags.find(to, tagOption.tags());
    RechunkResult result;
    PreviousImage before;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            registryOptions.writing(to, previousOptions.and(from)),
            planOptions,
            settings -> settings.beside(previousOptions.and(to)))) {
      before = previousOptions.choose(to, session);
      result = rechunk(from, to, before, session);
    }
    PreviousFit.problem(result).ifPresent(console::note);
    notesOptions.write(result.notes());
    new RechunkReport(result, before.reason()).tell(console, replaced.notice(), json);
    return 0;
  }

  private RechunkResult rechunk(Reference from, Reference to, PreviousImage before, Session session)
      throws IOException {
    Engine engine =
        engineOptions.open(
            session,
            new EngineOptions.Inputs(
                planOptions,
                notesOptions.checkout(),
                before.predecessors(session.transports()),
                engineOptions.isContainer() ? before.tags(session.transports()) : List.of(),
                false));
    TreeSource tree = session.tree(from, engine);
    ImageSource last = before.open(session);
    ImageSink sink = session.sink(to, tagOption.tags());
    RechunkRequest.Builder request =
        RechunkRequest.builder(tree, sink, session.scratch().directory("rechunk"))
            .progress(session.progress())
            .layerLimits(session.layerLimits());
    if (last != null) {
      request.previous(last);
    }
    planOptions.addTo(request, session.progress());
    notesOptions.addTo(
        request,
        version(),
        tree,
        last,
        why -> session.progress().notice("no commits in the changelog: " + why));
    before.notice().ifPresent(session.progress()::notice);
    PreviousFit.problem(tree.config(), last).ifPresent(session.progress()::notice);
    return engine.rechunker().rechunk(request.build());
  }

  private @Nullable String version() {
    if (version != null && version.contains("%")) {
      throw new IllegalArgumentException(
          "--version: expected a text with names such as <date>, got \"" + version + "\"");
    }
    return version;
  }
}
