package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.session.Reference;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve prune}. */
@Command(
    name = "prune",
    description = {
      "Removes from an OCI layout the blobs that no image in it needs any more: those of images"
          + " whose tags others have taken over.",
      "An image of which every build takes the same tag needs its previous one no longer than until"
          + " the next.",
      "Other runs of Varve may write to the layout meanwhile. Other programs may not: what they"
          + " have not yet listed in its index would go."
    },
    footer = {"", "Example:", "  varve prune oci:os"})
public final class PruneCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;

  @Parameters(paramLabel = "LAYOUT", description = "The layout: oci:DIR.")
  private String layout;

  @Option(names = "--dry-run", description = "Tell what would be removed; remove nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON on stdout, for machines.")
  private boolean json;

  public PruneCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "pruning " + layout;
  }

  @Override
  public Integer call() throws IOException {
    Reference place = Reference.parse(layout);
    if (place.transport() != Reference.Transport.OCI || !place.name().isEmpty()) {
      throw new IllegalArgumentException(
          "pruning " + layout + ": expected a whole layout, oci:DIR");
    }
    if (!Files.exists(place.path())) {
      throw new NoSuchFileException(place.location());
    }
    OciLayout.Unreachable pruned =
        dryRun
            ? OciLayout.unreachable(place.path(), layout)
            : OciLayout.prune(place.path(), layout);
    if (json) {
      console.result(
          JsonObject.EMPTY
              .with("reference", layout)
              .with("blobs", pruned.blobs())
              .with("bytes", pruned.bytes())
              .with("removed", !dryRun));
    } else {
      console.result(
          (dryRun ? "would remove " : "removed ")
              + Human.count(pruned.blobs(), "blob")
              + ", "
              + Human.size(pruned.bytes()));
    }
    return 0;
  }
}
