package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.DeltaFormat;
import dev.varve.cli.option.PlatformOption;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.option.TransferOptions;
import dev.varve.cli.report.DeltaReport;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.session.Transports;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.delta.Delta;
import dev.varve.core.delta.DeltaCreation;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.registry.signing.Signatures;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve delta create}. */
@Command(
    name = "create",
    description =
        "Makes a delta from one image to another, of any origin. The same images give the same "
            + "delta.",
    footer = {
      "",
      "DEST is docker://HOST/PATH, where the delta is attached to NEW, oci:DIR or oci-archive:FILE.",
      "",
      "Example:",
      "  varve delta create oci:os:monday oci:os:tuesday oci-archive:tuesday.delta"
    })
public final class DeltaCreateCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private TransferOptions transferOptions;
  @Mixin private PlatformOption platformOption;

  @Parameters(index = "0", paramLabel = "OLD", description = "The image that clients have.")
  private String old;

  @Parameters(index = "1", paramLabel = "NEW", description = "The image that they update to.")
  private String next;

  @Parameters(index = "2", paramLabel = "DEST", description = "Where to write the delta.")
  private String destination;

  @Mixin private DeltaFormat format;

  @Option(names = "--json", description = "Also print the result as JSON on stdout.")
  private boolean json;

  public DeltaCreateCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "making a delta from " + old + " to " + next;
  }

  @Override
  public Integer call() throws IOException {
    Reference from = Reference.parse(old);
    Reference to = Reference.parse(next);
    Reference place = Reference.parse(destination);
    Transports.requireTakesArtifact(place);
    DeltaReport report;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            transferOptions.writing(place, List.of(from, to)),
            platformOption)) {
      ImageSource before = session.image(from);
      ImageSource after = session.image(to);
      IndexSink sink = session.artifactSink(place);
      Delta delta =
          new DeltaCreation(
                  before,
                  after,
                  signature(to, after, session),
                  format.version(),
                  session.scratch().directory("delta"),
                  session.layerLimits(),
                  session.progress())
              .write(sink);
      Descriptor made = sink.attach(delta.toManifest());
      report = DeltaReport.of(delta, made.digest(), after.manifest());
    }
    report.tell(console, Optional.empty(), json);
    return 0;
  }

  /** Finds the signature of an image in a registry, which the delta then contains. */
  private static Optional<ImageSource> signature(
      Reference reference, ImageSource image, Session session) throws IOException {
    return reference.transport() == Reference.Transport.DOCKER
        ? new Signatures(session.repository(reference)).attached(image.descriptor().digest())
        : Optional.empty();
  }
}
