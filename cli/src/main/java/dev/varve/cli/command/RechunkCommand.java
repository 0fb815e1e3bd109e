package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.EngineOptions;
import dev.varve.cli.option.NotesOptions;
import dev.varve.cli.option.PlanOptions;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.report.RechunkReport;
import dev.varve.cli.session.Engine;
import dev.varve.cli.session.PreviousImage;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.session.TakenTags;
import dev.varve.cli.session.Transports;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSource;
import dev.varve.core.layout.OciLayout;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.publish.PreviousFit;
import java.io.IOException;
import java.util.ArrayList;
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

  @Parameters(paramLabel = "SOURCE", description = "The image to rechunk.")
  private String source;

  @Parameters(paramLabel = "DEST", description = "The destination.")
  private String destination;

  @Option(
      names = "--prev",
      paramLabel = "REF",
      description = "The image that clients have now; its unchanged layers are kept.")
  private @Nullable String previous;

  @Option(names = "--fresh", description = "Plan without a previous image.")
  private boolean fresh;

  @Option(
      names = "--tag",
      paramLabel = "T",
      description = "A further tag for the image at DEST. May be repeated.")
  private List<String> tags = List.of();

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
    TakenTags taken = TakenTags.find(to, tags);
    RechunkReport report = rechunk(from, to);
    report.lines().forEach(console::tell);
    taken.notice().ifPresent(console::note);
    if (json) {
      console.result(report.json());
    }
    return 0;
  }

  private RechunkReport rechunk(Reference from, Reference to) throws IOException {
    List<Reference> named = new ArrayList<>(List.of(from));
    List<Reference> beside = new ArrayList<>(List.of(to));
    if (previous != null) {
      named.add(Reference.parse(previous));
      beside.add(Reference.parse(previous));
    }
    RechunkResult result;
    PreviousImage before;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            registryOptions.writing(to, named),
            planOptions,
            settings -> settings.beside(beside))) {
      before = PreviousImage.choose(previous, fresh, to, session.transports());
      result = rechunk(from, to, before, session);
    }
    PreviousFit.problem(result).ifPresent(console::note);
    notesOptions.write(result.notes());
    return new RechunkReport(result, absence(before));
  }

  private RechunkResult rechunk(Reference from, Reference to, PreviousImage before, Session session)
      throws IOException {
    Transports transports = session.transports();
    Engine engine =
        engineOptions.open(
            session,
            new EngineOptions.Inputs(
                planOptions,
                notesOptions.checkout(),
                before.predecessors(transports),
                taken(before, transports),
                false));
    TreeSource tree = session.tree(from, engine);
    ImageSource last = before.open(session);
    RechunkRequest.Builder request =
        RechunkRequest.builder(tree, session.sink(to, tags), session.scratch().directory("rechunk"))
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

  private static String absence(PreviousImage before) {
    return before.absence().isEmpty()
        ? "what is there was made from the same source, without one"
        : before.absence();
  }

  /** The tags beside the previous image, which no version of the container's may be like. */
  private List<String> taken(PreviousImage before, Transports transports) throws IOException {
    if (!engineOptions.isContainer() || before.reference().isEmpty()) {
      return List.of();
    }
    Reference there = before.reference().get();
    return switch (there.transport()) {
      case DOCKER -> transports.repository(there).tags();
      case OCI -> OciLayout.tags(there.path(), there.text());
      default -> List.of();
    };
  }
}
