package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.PlatformOption;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.option.TagOption;
import dev.varve.cli.option.TransferOptions;
import dev.varve.cli.report.AppendReport;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.ReplacedTags;
import dev.varve.cli.session.Session;
import dev.varve.cli.session.Transports;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.runner.builtin.AppendedLayer;
import dev.varve.runner.builtin.LayerAppend;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve append}. */
@Command(
    name = "append",
    description = {
      "Appends one layer to an image, for example the kernel image that seals it; "
          + "the other layers are unchanged.",
      "The image's state is kept: a later build can use the result as its previous "
          + "image, like the original image."
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
  @Mixin private PlatformOption platformOption;
  @Mixin private TagOption tagOption;

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
      names = "--compression",
      paramLabel = "HOW",
      description =
          "The compression of the new layer: zstd[:LEVEL], gzip[:LEVEL] or none "
              + "(default: zstd).")
  private String compression = "zstd";

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
    if (!Lookup.exists(layer)) {
      throw new NoSuchFileException(layer.toString());
    }
    ReplacedTags replaced = ReplacedTags.find(to, tagOption.tags());
    LayerAppend.Result result;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            transferOptions.writing(to, List.of(from)),
            platformOption,
            settings -> settings.beside(List.of(from, to)))) {
      ImageSource image = session.image(from);
      ImageSink sink = session.sink(to, tagOption.tags());
      result =
          new LayerAppend(how, Session.BLOBS_AT_ONCE, session.progress())
              .append(image, maker(session), session.layerLimits(), session.scratch(), sink);
    }
    new AppendReport(source, destination, result).tell(console, replaced.notice(), json);
    return 0;
  }

  private AppendedLayer.Maker maker(Session session) throws IOException {
    return Lookup.isDirectory(layer)
        ? (image, created) -> AppendedLayer.of(files(session), image, created)
        : (image, created) -> AppendedLayer.of(layer, image);
  }

  private FileTree files(Session session) throws IOException {
    return session
        .tree(Reference.parse("rootfs:" + layer))
        .read(session.scratch().directory("layer"), session.progress());
  }
}
