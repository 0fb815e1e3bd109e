package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.report.DeltaContentsReport;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.delta.Delta.LayerDelta;
import dev.varve.core.delta.DeltaContents;
import dev.varve.core.delta.DeltaImage;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Manifest;
import dev.varve.core.parallel.Parallel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve delta inspect}. */
@Command(
    name = "inspect",
    description = {
      "Shows what a delta is made of, by layer and by file: the bytes that are kept from the old "
          + "image, patched, and new.",
      "The bytes of files are counted before compression: all files of a layer are compressed as "
          + "one stream."
    },
    footer = {
      "",
      "DELTA is oci-archive:FILE, oci:DIR or docker://HOST/PATH@DIGEST, with a digest that",
      "'varve delta list' shows.",
      "",
      "Example:",
      "  varve delta inspect oci-archive:tuesday.delta"
    })
public final class DeltaInspectCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private RegistryOptions registryOptions;

  @Parameters(paramLabel = "DELTA", description = "The delta.")
  private String artifact;

  @Option(names = "--all", description = "Show all files.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public DeltaInspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "inspecting the delta " + artifact;
  }

  @Override
  public Integer call() throws IOException {
    Reference named = Reference.parse(artifact);
    DeltaContentsReport report;
    try (Session session =
        Session.open(console, common, scratchOption, registryOptions.reading(List.of(named)))) {
      DeltaImage image = session.delta(named);
      report = new DeltaContentsReport(image.manifest(), read(image, session), all);
    }
    report.print(console, json);
    return 0;
  }

  private static List<DeltaContents> read(DeltaImage image, Session session) throws IOException {
    Path scratch = session.scratch().directory("delta");
    AvailableDelta available = image.available();
    return Parallel.map(
        available.delta().layers(),
        layer ->
            DeltaContents.of(
                layer,
                published(layer, image.manifest()),
                available.blobs(),
                scratch,
                session.layerLimits()));
  }

  private static Descriptor published(LayerDelta layer, Manifest image) throws IOException {
    return image.layers().stream()
        .filter(blob -> blob.digest().equals(layer.to()))
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "reading the delta: expected a layer of the image, got " + layer.to()));
  }
}
