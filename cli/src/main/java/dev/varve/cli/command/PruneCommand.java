package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.session.Reference;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.json.JsonObject;
import dev.varve.core.layout.OciLayout;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve prune}. */
@Command(
    name = "prune",
    description = {
      "Removes the blobs of an OCI layout that no image in it needs, because "
          + "newer images have taken over the tags.",
      "If every build takes the same tag, its previous image is needed only until "
          + "the next build.",
      "Other runs of Varve may write to the layout at the same time. Other programs "
          + "may not: blobs that the index does not list yet would be removed."
    },
    footer = {"", "Example:", "  varve prune oci:os"})
public final class PruneCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;

  @Parameters(paramLabel = "LAYOUT", description = "The layout: oci:DIR.")
  private String layout;

  @Option(names = "--dry-run", description = "Show what would be removed; remove nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON on stdout.")
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
    if (!Lookup.exists(place.path())) {
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
