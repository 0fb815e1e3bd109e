package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.option.TransferOptions;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.session.TakenTags;
import dev.varve.cli.session.Transports;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.JsonObject;
import dev.varve.runner.builtin.LayerAppend;
import dev.varve.runner.builtin.NewLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve append}. */
@Command(
    name = "append",
    description = {
      "Puts one layer on top of an image, such as the kernel image that seals it; "
          + "the other layers stay as they are.",
      "The image's state is kept, so the next image is planned with the result as "
          + "with the original image."
    },
    footer = {
      "",
      "IMAGE and DEST are docker://HOST/PATH[:TAG] (IMAGE also with @DIGEST), oci:DIR[:TAG],",
      "oci-archive:FILE[:TAG], docker-archive:FILE[:REF] or containers-storage:REF. Signatures of",
      "IMAGE do not apply to the result, which has its own digest.",
      "",
      "Example:",
      "  varve append oci:os:today oci:os:sealed --layer uki"
    })
public final class AppendCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private TransferOptions transferOptions;

  @Parameters(paramLabel = "IMAGE", description = "The image.")
  private String source;

  @Parameters(paramLabel = "DEST", description = "The destination.")
  private String destination;

  @Option(
      names = "--layer",
      required = true,
      paramLabel = "DIR|TAR",
      description =
          "The content of the layer: the files in DIR, owned by root and with "
              + "IMAGE's date; or a tar archive, plain or compressed, unchanged.")
  private Path layer = Path.of("");

  @Option(
      names = "--tag",
      paramLabel = "T",
      description = "A further tag for the image at DEST. May be repeated.")
  private List<String> tags = List.of();

  @Option(
      names = "--compression",
      paramLabel = "HOW",
      description =
          "The compression of the new layer: zstd[:LEVEL], gzip[:LEVEL] or none "
              + "(default: zstd).")
  private String compression = "zstd";

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "The platform of the image (default: this machine's).")
  private @Nullable String platform;

  @Option(names = "--json", description = "Also print the result as JSON on stdout.")
  private boolean json;

  public AppendCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "appending " + layer + " to " + source;
  }

  @Override
  public Integer call() throws IOException {
    Reference from = Reference.parse(source);
    Reference to = Reference.parse(destination);
    Transports.requireWritable(to);
    Compression how = Compression.parse(compression);
    if (!Files.exists(layer)) {
      throw new NoSuchFileException(layer.toString());
    }
    TakenTags taken = TakenTags.find(to, tags);
    LayerAppend.Result result;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            transferOptions.writing(to, List.of(from)),
            settings -> settings.platform(platform()).beside(List.of(from, to)))) {
      LayerAppend append = new LayerAppend(how, CopyCommand.BLOBS_AT_ONCE, session.progress());
      ImageSource image = session.image(from);
      result = append(session, image, session.sink(to, tags), append);
    }
    report(result);
    taken.notice().ifPresent(console::note);
    if (json) {
      console.result(json(result)); // last: a failure has a JSON object of its own
    }
    return 0;
  }

  private PlatformChoice platform() {
    return platform == null ? PlatformChoice.any() : PlatformChoice.only(Platform.parse(platform));
  }

  /** Reads the whole image first, to see that the layer fits on it. */
  private LayerAppend.Result append(
      Session session, ImageSource image, ImageSink sink, LayerAppend append) throws IOException {
    Scratch scratch = session.scratch();
    LayeredTree read =
        session.closing(
            LayeredTree.read(
                image, scratch.directory("image"), append.progress(), session.layerLimits()));
    FileTree there = read.tree();
    LayerAppend.Below below =
        new LayerAppend.Below(
            read.tarSizes(), session.layerLimits(), scratch.directory("appended"));
    if (!Files.isDirectory(layer)) {
      return append.append(image, below, NewLayer.of(layer, there), sink);
    }
    TreeSource files = session.tree(Reference.parse("rootfs:" + layer));
    FileTree added = files.read(scratch.directory("layer"), append.progress());
    long created = image.config().created().getEpochSecond();
    return append.append(image, below, NewLayer.of(added, there, created), sink);
  }

  private void report(LayerAppend.Result result) {
    String name = destination + "@" + result.image().digest();
    console.tell("");
    console.tell(name);
    Table table = new Table("ll");
    table.row(
        "layers",
        result.layers()
            + ", "
            + Human.size(result.totalBytes())
            + "; the appended one "
            + Human.size(result.layer().size()));
    table.row("state", result.hasState() ? "that of " + source : "none");
    table.lines().forEach(console::tell);
  }

  private JsonObject json(LayerAppend.Result result) {
    return JsonObject.EMPTY
        .with("reference", destination)
        .with("digest", result.image().digest().toString())
        .with("layers", result.layers())
        .with("totalBytes", result.totalBytes())
        .with(
            "appended",
            JsonObject.EMPTY
                .with("digest", result.layer().digest().toString())
                .with("diffId", result.diffId().toString())
                .with("bytes", result.layer().size()))
        .with("state", result.hasState());
  }
}
