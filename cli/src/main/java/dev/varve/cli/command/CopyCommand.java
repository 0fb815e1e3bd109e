package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.PlatformOption;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.option.TagOption;
import dev.varve.cli.option.TransferOptions;
import dev.varve.cli.report.CopyReport;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.ReplacedTags;
import dev.varve.cli.session.Session;
import dev.varve.cli.session.Transports;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.copy.ImageCopy;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.PlatformChoice;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve copy}. */
@Command(
    name = "copy",
    description = "Copies an image unchanged, with the state that the next build plans with.",
    footer = {
      "",
      "SOURCE and DEST are docker://HOST/PATH[:TAG][@DIGEST] (DEST with the digest of the",
      "copied image), oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:REF] or",
      "containers-storage:REF. Content that DEST has is not copied again; a copy that was killed",
      "continues where it stopped. In a docker-archive, which has its own format, the image gets",
      "another digest.",
      "",
      "Example:",
      "  varve copy oci:os:40-20251006 docker://ghcr.io/owner/os:40-20251006 --tag latest"
    })
public final class CopyCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private TransferOptions transferOptions;
  @Mixin private PlatformOption platformOption;
  @Mixin private TagOption tagOption;

  @Parameters(paramLabel = "SOURCE", description = "The image to copy.")
  private String source;

  @Parameters(paramLabel = "DEST", description = "The destination.")
  private String destination;

  @Option(
      names = "--all",
      description =
          "Copy the images for all platforms with their index, and nested indexes as " + "well.")
  private boolean all;

  @Option(
      names = "--preserve-digests",
      description = "Fail, before anything is copied, if DEST cannot keep the image's digest.")
  private boolean preserveDigests;

  @Option(names = "--json", description = "Also print the result as JSON on stdout.")
  private boolean json;

  public CopyCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "copying " + source;
  }

  @Override
  public Integer call() throws IOException {
    Reference from = Reference.parse(source);
    Reference to = Reference.parse(destination);
    if (to.digest().isEmpty()) {
      Transports.requireWritable(to);
    }
    if (all && platformOption.given()) {
      throw new IllegalArgumentException("--all and --platform contradict each other");
    }
    ReplacedTags replaced = ReplacedTags.find(to, tagOption.tags());
    ImageCopy.Result result;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            transferOptions.writing(to, List.of(from)),
            settings -> settings.platform(all ? PlatformChoice.anyOrFirst() : PlatformChoice.any()),
            platformOption)) {
      ImageCopy copy = new ImageCopy(Session.BLOBS_AT_ONCE, preserveDigests, session.progress());
      ImageSource image = session.image(from);
      ImageSink sink = session.sink(to, tagOption.tags(), copied(image));
      result = all ? copy.copyAll(image, sink) : copy.copy(image, sink);
    }
    new CopyReport(destination, result).tell(console, replaced.notice(), json);
    return 0;
  }

  private Descriptor copied(ImageSource image) throws IOException {
    return all ? image.index().orElse(image.descriptor()) : image.manifest().descriptor();
  }
}
