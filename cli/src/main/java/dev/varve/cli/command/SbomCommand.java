package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.PlatformOption;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.option.SbomFormatConverter;
import dev.varve.cli.option.ScratchOption;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Reference.Transport;
import dev.varve.cli.session.Session;
import dev.varve.cli.session.TextFile;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.ImageSource;
import dev.varve.core.sbom.Sbom;
import dev.varve.core.sbom.SbomFormat;
import dev.varve.core.sbom.SbomSubject;
import dev.varve.core.state.Inventory;
import dev.varve.runner.VarveVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve sbom}. */
@Command(
    name = "sbom",
    description = {
      "Lists the packages of an image as a bill of materials (SBOM), from the databases of RPM, "
          + "dpkg, pacman and apk in the image.",
      "The same image gives the same document; the date of a directory is $$SOURCE_DATE_EPOCH, or "
          + "that of its last change. Of an image that Varve published, only the layers with the "
          + "databases are read."
    },
    footer = {
      "",
      "Example:",
      "  varve sbom docker://ghcr.io/owner/os:latest --format cyclonedx -o os.cdx.json"
    })
public final class SbomCommand implements Activity {
  private static final Path STANDARD_OUTPUT = Path.of("-");

  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private ScratchOption scratchOption;
  @Mixin private RegistryOptions registryOptions;
  @Mixin private PlatformOption platformOption;

  @Parameters(
      paramLabel = "IMAGE",
      description = "The image, or a directory with the files of one.")
  private String image;

  @Option(
      names = "--format",
      paramLabel = SbomFormatConverter.LABEL,
      converter = SbomFormatConverter.class,
      description = "The format: spdx (2.3) or cyclonedx (1.6), as JSON (default: spdx).")
  private SbomFormat format = SbomFormat.SPDX;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write to FILE; - is stdout, the default.")
  private @Nullable Path output;

  public SbomCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "listing the packages of " + image;
  }

  @Override
  public Integer call() throws IOException {
    Reference reference = Reference.parse(image);
    Path file = STANDARD_OUTPUT.equals(output) ? null : output;
    if (file != null) {
      TextFile.requireWritable(file);
    }
    Sbom sbom;
    try (Session session =
        Session.open(
            console,
            common,
            scratchOption,
            registryOptions.reading(List.of(reference)),
            platformOption)) {
      sbom = read(reference, session);
    }
    String text = new String(sbom.toBytes(format), StandardCharsets.UTF_8);
    if (file == null) {
      text.lines().forEach(console::result);
    } else {
      new TextFile(file, text).write();
      console.tell(file + ": " + Human.count(sbom.size(), "package"));
    }
    return 0;
  }

  private static Sbom read(Reference reference, Session session) throws IOException {
    Transport transport = reference.transport();
    if (transport == Transport.ROOTFS || transport == Transport.CONTAINERS_STORAGE) {
      TreeSource source = session.tree(reference);
      Inventory inventory =
          Inventory.read(
              source.read(session.scratch().directory("source"), session.progress()),
              session.scratch().directory("packages"),
              session.progress()::notice);
      return sbom(SbomSubject.of(Optional.empty(), Optional.empty(), source.config()), inventory);
    }
    ImageSource source = session.image(reference);
    Optional<String> repository =
        transport == Transport.DOCKER
            ? Optional.of(reference.repository().toString())
            : Optional.empty();
    Inventory inventory =
        Inventory.of(
            source,
            session.scratch().directory("layers"),
            session.progress(),
            session.layerLimits());
    return sbom(
        SbomSubject.of(repository, Optional.of(source.descriptor().digest()), source.config()),
        inventory);
  }

  private static Sbom sbom(SbomSubject subject, Inventory inventory) {
    return new Sbom(subject, inventory, VarveVersion.get());
  }
}
