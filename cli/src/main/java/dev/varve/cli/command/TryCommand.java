package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.bytes.NameList;
import dev.varve.core.bytes.Progress;
import dev.varve.core.delta.PackageChange;
import dev.varve.core.delta.UpdateCost;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.json.JsonObject;
import dev.varve.core.state.PublishedImage.PublishedLayer;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.builtin.BuiltinEngine;
import dev.varve.runner.builtin.BuiltinOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code varve try}: the main job on three builds of a small image that Varve brings along. */
@Command(
    name = "try",
    description = {
      "Rechunks three consecutive builds of a small sample image, and shows what updates download.",
      "Takes a few seconds, and needs nothing but Varve."
    },
    footer = {"", "Example:", "  varve try --keep varve-try"})
public final class TryCommand implements Activity {
  /** In the archive, as cli/src/main/sample makes it. */
  private static final List<String> BUILDS = List.of("monday", "tuesday", "wednesday");

  private static final String SAMPLE = "sample.oci.tar";

  /** A number below the sample's number of components, because some must share a layer. */
  public static final int MAX_LAYERS = 32;

  private static final BuiltinEngine VERIFYING =
      new BuiltinEngine(BuiltinOptions.builder().verify(true).build());

  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keep the sample and the results in DIR.")
  private @Nullable Path keep;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public TryCommand(Console console) {
    this.console = console;
  }

  /** A build before and after. */
  private record Rechunked(String name, List<Descriptor> asBuilt, RechunkResult result) {
    List<Descriptor> layers() {
      return result.image().layers().stream().map(PublishedLayer::blob).toList();
    }
  }

  /** The update from one build to the next. */
  private record Update(Rechunked from, Rechunked to) {
    long asBuilt() {
      return downloaded(from.asBuilt(), to.asBuilt());
    }

    long rechunked() {
      return downloaded(from.layers(), to.layers());
    }

    List<String> packages() {
      return UpdateCost.between(from.result().image(), to.result().image()).packages().stream()
          .map(PackageChange::name)
          .toList();
    }

    private static long downloaded(List<Descriptor> had, List<Descriptor> wanted) {
      return wanted.stream()
          .filter(layer -> had.stream().noneMatch(l -> l.digest().equals(layer.digest())))
          .mapToLong(Descriptor::size)
          .sum();
    }
  }

  @Override
  public String activity() {
    return "trying the sample";
  }

  @Override
  public Integer call() throws IOException {
    List<Update> updates = new ArrayList<>();
    try (Session session = Session.open(console, common, scratchOption)) {
      Path directory =
          keep == null ? session.scratch().directory("try") : Files.createDirectories(keep);
      Path sample = unpackSample(directory);
      Rechunked before = null;
      for (String build : BUILDS) {
        if (!common.quiet()) {
          console.tell("rechunking " + build + "'s build…");
        }
        Rechunked now = rechunk(build, sample, directory, Optional.ofNullable(before));
        if (before != null) {
          updates.add(new Update(before, now));
        }
        before = now;
      }
    }
    if (json) {
      console.result(json(updates));
    } else {
      lines(updates).forEach(console::result);
    }
    return 0;
  }

  private static Path unpackSample(Path directory) throws IOException {
    Path sample = directory.resolve(SAMPLE);
    try (InputStream in = TryCommand.class.getResourceAsStream(SAMPLE)) {
      Files.copy(
          Objects.requireNonNull(in, "the sample is not in the jar"),
          sample,
          StandardCopyOption.REPLACE_EXISTING);
    }
    return sample;
  }

  /** Rechunks a build, in a session of its own: the next build reads what this one has written. */
  private Rechunked rechunk(String build, Path sample, Path directory, Optional<Rechunked> before)
      throws IOException {
    try (Session session = Session.open(console, common, scratchOption)) {
      ImageSource source =
          session.image(reference(Reference.Transport.OCI_ARCHIVE, "oci-archive:", sample, build));
      ImageSink sink = session.sink(rechunked(directory, build), List.of());
      RechunkRequest.Builder request =
          RechunkRequest.builder(
                  new LayeredSource(source), sink, session.scratch().directory("rechunk"))
              .maxLayers(MAX_LAYERS)
              .progress(Progress.SILENT);
      if (before.isPresent()) {
        request.previous(session.image(rechunked(directory, before.get().name())));
      }
      return new Rechunked(build, source.manifest().layers(), VERIFYING.rechunk(request.build()));
    }
  }

  private static Reference rechunked(Path directory, String build) {
    return reference(Reference.Transport.OCI, "oci:", directory.resolve("os"), build);
  }

  /** Not parsed, since a directory's name may have colons. */
  private static Reference reference(
      Reference.Transport transport, String prefix, Path location, String name) {
    String text = prefix + location + ":" + name;
    return new Reference(transport, text, location.toString(), name);
  }

  private List<String> lines(List<Update> updates) {
    Rechunked last = updates.get(updates.size() - 1).to();
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "A small OS image of "
            + Human.count(last.result().image().state().packages().size(), "package")
            + ", built on three days; what each update downloads:");
    Table table = new Table("lrrll");
    table.row("update", "as built", "rechunked", "", "packages that changed");
    for (Update update : updates) {
      table.row(
          update.from().name() + " → " + update.to().name(),
          Human.size(update.asBuilt()),
          Human.size(update.rechunked()),
          timesLess(update.asBuilt(), update.rechunked()),
          NameList.first(Human.MOST, update.packages()));
    }
    lines.addAll(table.lines());
    lines.add("");
    lines.add(
        "As built, an image has "
            + Human.count(last.asBuilt().size(), "layer")
            + ", and any change makes one of them new. Rechunked, it has "
            + last.layers().size()
            + ",");
    lines.add("which stay the same bytes until something in them changes.");
    lines.add(
        "Every rechunked image was read again and holds the same files as its build: verified.");
    lines.add("");
    lines.addAll(next());
    return lines;
  }

  private List<String> next() {
    List<String> lines = new ArrayList<>();
    if (keep == null) {
      lines.add("varve try --keep DIR leaves all of it in DIR, to look at.");
      lines.add("");
    } else {
      lines.add("To look at what is in " + keep + ":");
      lines.add("  varve diff oci:" + keep + "/os:monday oci:" + keep + "/os:tuesday");
      lines.add("  varve inspect oci:" + keep + "/os:wednesday");
      lines.add("");
    }
    lines.add("Next, an image of your own, and after its next build the update:");
    lines.add("  varve rechunk containers-storage:localhost/os oci:os:first");
    lines.add("  varve rechunk containers-storage:localhost/os oci:os:second --prev oci:os:first");
    return lines;
  }

  private static String timesLess(long before, long after) {
    return String.format(Locale.ROOT, "%.1f times less", (double) before / after);
  }

  private static JsonObject json(List<Update> updates) {
    long asBuilt = updates.stream().mapToLong(Update::asBuilt).sum();
    long rechunked = updates.stream().mapToLong(Update::rechunked).sum();
    return JsonObject.EMPTY
        .with("updates", updates.stream().map(TryCommand::json).toList())
        .with(
            "mean",
            JsonObject.EMPTY
                .with("asBuiltBytes", asBuilt / updates.size())
                .with("rechunkedBytes", rechunked / updates.size()))
        .with("timesLess", (double) asBuilt / rechunked)
        .with("verified", updates.stream().allMatch(update -> update.to().result().verified()));
  }

  private static JsonObject json(Update update) {
    return JsonObject.EMPTY
        .with("from", update.from().name())
        .with("to", update.to().name())
        .with("asBuiltBytes", update.asBuilt())
        .with("rechunkedBytes", update.rechunked())
        .with("layers", update.to().layers().size())
        .with("packages", update.packages());
  }
}
