package dev.varve.cli;

import dev.varve.core.bytes.Scratch;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.plan.Groups;
import dev.varve.core.plan.PlanState;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.builtin.BuiltinEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
      "rootfs:DIR. Without --prev and --fresh, the image that is at a docker:// or oci: DEST is the",
      "previous one.",
      "",
      "Example:",
      "  varve rechunk containers-storage:localhost/os oci:os:today --prev oci:os:yesterday"
    })
final class RechunkCommand implements Activity {
  /** Clients before 2025 take no more, and images built on top want a few. */
  private static final int MANY_LAYERS = 127;

  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private RegistryOptions registryOptions;

  @Parameters(paramLabel = "SOURCE", description = "The image to rechunk.")
  private String source;

  @Parameters(paramLabel = "DEST", description = "Where the result goes.")
  private String destination;

  @Option(
      names = "--prev",
      paramLabel = "REF",
      description = "The image that clients have now: its layers are kept where they can be.")
  private @Nullable String previous;

  @Option(names = "--fresh", description = "Plan without a previous image.")
  private boolean fresh;

  @Option(
      names = "--max-layers",
      paramLabel = "N",
      description = "The most layers there may be; ${DEFAULT-VALUE} unless told.")
  private int maxLayers = RechunkRequest.DEFAULT_MAX_LAYERS;

  @Option(
      names = "--compression",
      paramLabel = "HOW",
      description =
          "zstd[:LEVEL], gzip[:LEVEL] or none, for layers that are new; ${DEFAULT-VALUE} unless"
              + " told.")
  private String compression = "zstd";

  @Option(
      names = "--groups",
      paramLabel = "FILE",
      description = "Packages and files to keep together, in the format of rechunk's meta.yml.")
  private @Nullable Path groups;

  @Option(
      names = "--label",
      paramLabel = "K=V|K-",
      description = "Set a label, or remove it. May be repeated.")
  private List<String> labels = List.of();

  @Option(
      names = "--annotation",
      paramLabel = "K=V",
      description = "Annotate the manifest. May be repeated.")
  private List<String> annotations = List.of();

  @Option(
      names = "--prune",
      paramLabel = "PATH",
      description = "Leave out a path, with all below it. May be repeated.")
  private List<String> prune = List.of();

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Take the image for this platform; this machine's unless told.")
  private @Nullable String platform;

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description = "Continue this plan, from varve plan export, and not the previous image's.")
  private @Nullable Path plan;

  @Option(
      names = "--verify",
      description = "Read the result again, and compare it to SOURCE, before publishing it.")
  private boolean verify;

  @Option(names = "--json", description = "Also print the result as JSON on stdout, for machines.")
  private boolean json;

  RechunkCommand(Console console) {
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
    List<Reference> sources = new ArrayList<>(List.of(from));
    if (previous != null) {
      sources.add(Reference.parse(previous));
    }
    RechunkResult result;
    PreviousImage before;
    try (ConsoleProgress progress = new ConsoleProgress(console, common.quiet());
        Registries registries =
            registryOptions.open(console, progress, NamedRegistries.writing(to, sources));
        ClosedOnExit<Scratch> scratch =
            new ClosedOnExit<>(new Scratch(scratchOption.directory(console.environment())))) {
      Transports transports =
          new Transports(platform(), scratch.get(), console.environment(), registries);
      before = PreviousImage.choose(previous, fresh, to, transports);
      try (ClosedOnExit<TreeSource> tree = new ClosedOnExit<>(transports.tree(from));
          ImageSource last = before.open(transports);
          ClosedOnExit<ImageSink> sink = new ClosedOnExit<>(transports.sink(to))) {
        RechunkRequest request =
            request(tree.get(), last, sink.get(), scratch.get().directory("rechunk"), progress);
        before.notice().ifPresent(progress::notice);
        result = new BuiltinEngine().rechunk(request);
      }
    }
    RechunkReport report = new RechunkReport(result, before.absence());
    report.lines().forEach(console::tell);
    if (json) {
      console.result(report.json());
    }
    return 0;
  }

  private PlatformChoice platform() {
    return platform == null ? PlatformChoice.any() : PlatformChoice.only(Platform.parse(platform));
  }

  private RechunkRequest request(
      TreeSource tree,
      @Nullable ImageSource last,
      ImageSink sink,
      Path unpackIn,
      ConsoleProgress progress)
      throws IOException {
    RechunkRequest.Builder request =
        RechunkRequest.builder(tree, sink, unpackIn)
            .maxLayers(maxLayers)
            .compression(Compression.parse(compression))
            .verify(verify)
            .progress(progress);
    if (maxLayers > MANY_LAYERS) {
      progress.notice("more than " + MANY_LAYERS + " layers are too many for older clients");
    }
    if (last != null) {
      request.previous(last);
    }
    if (groups != null) {
      request.groups(
          Groups.parse(
              new String(read(groups, "groups"), StandardCharsets.UTF_8), groups.toString()));
    }
    if (plan != null) {
      request.plan(PlanState.parse(read(plan, "plan"), plan.toString()));
    }
    for (String label : labels) {
      label(request, label);
    }
    for (String annotation : annotations) {
      int equals = KeyValue.requireKey(annotation, annotation.indexOf('='), "--annotation", "K=V");
      request.annotation(annotation.substring(0, equals), annotation.substring(equals + 1));
    }
    prune.forEach(request::prune);
    return request.build();
  }

  private static void label(RechunkRequest.Builder request, String label) {
    int equals = label.indexOf('=');
    if (equals < 0 && label.endsWith("-")) {
      int end = KeyValue.requireKey(label, label.length() - 1, "--label", "K=V or K-");
      request.withoutLabel(label.substring(0, end));
    } else {
      KeyValue.requireKey(label, equals, "--label", "K=V or K-");
      request.label(label.substring(0, equals), label.substring(equals + 1));
    }
  }

  private static byte[] read(Path file, String what) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("reading the " + what + " in " + file + ": " + Failures.reason(e), e);
    }
  }
}
