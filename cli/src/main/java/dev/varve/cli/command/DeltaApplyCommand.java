package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
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
import dev.varve.core.delta.DeltaImage;
import dev.varve.core.delta.OldImage;
import dev.varve.core.delta.RebuiltImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve delta apply}. */
@Command(
    name = "apply",
    description =
        "Rebuilds the image that a delta is for, without a registry. The image keeps its digest.",
    footer = {
      "",
      "DEST is docker://HOST/PATH[:TAG], oci:DIR[:TAG], oci-archive:FILE[:TAG],",
      "docker-archive:FILE[:REF] or containers-storage:REF.",
      "",
      "Example:",
      "  varve delta apply oci-archive:tuesday.delta --from oci:os:monday oci:os:tuesday"
    })
public final class DeltaApplyCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private TransferOptions transferOptions;
  @Mixin private TagOption tagOption;

  @Parameters(
      index = "0",
      paramLabel = "DELTA",
      description = "The delta: oci-archive:FILE, oci:DIR or docker://HOST/PATH@DIGEST.")
  private String artifact;

  @Parameters(index = "1", paramLabel = "DEST", description = "The destination of the new image.")
  private String destination;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "OLD",
      description =
          "The image that the delta was made from, of any transport; or rootfs:DIR, its files.")
  private String old = "";

  @Option(names = "--json", description = "Also print the result as JSON on stdout.")
  private boolean json;

  public DeltaApplyCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "applying the delta " + artifact;
  }

  @Override
  public Integer call() throws IOException {
    Reference delta = Reference.parse(artifact);
    Reference from = Reference.parse(old);
    Reference to = Reference.parse(destination);
    Transports.requireWritable(to);
    ReplacedTags replaced = ReplacedTags.find(to, tagOption.tags());
    CopyReport report;
    try (Session session =
        Session.open(
            console, common, scratchOption, transferOptions.writing(to, List.of(delta, from)))) {
      DeltaImage image = session.delta(delta);
      OldImage before = session.oldImage(from);
      if (!before.isSourceOf(image.available().delta())) {
        session
            .progress()
            .notice(before.reference() + " is not the image that the delta was made from");
      }
      RebuiltImage rebuilt = session.rebuilt(image, before, Optional.of(image.available()));
      ImageCopy copy = new ImageCopy(Session.BLOBS_AT_ONCE, false, session.progress());
      ImageCopy.Result result = copy.copy(rebuilt, session.sink(to, tagOption.tags()));
      report = new CopyReport(destination, result, Optional.of(rebuilt.origins()));
    }
    report.tell(console, replaced.notice(), json);
    return 0;
  }
}
