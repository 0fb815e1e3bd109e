package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.KeyValue;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.session.PinnedImage;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.core.bytes.FileInput;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve attach}. */
@Command(
    name = "attach",
    description = {
      "Attaches a file, such as a list of packages (SBOM), to an image in a "
          + "registry, as an artifact that refers to the image, and prints the artifact's "
          + "digest.",
      "varve sign signs the artifact by this digest. Attaching the same file again "
          + "gives the same artifact."
    },
    footer = {
      "",
      "Example:",
      "  varve attach ghcr.io/owner/os@sha256:… os.spdx.json --artifact-type application/spdx+json"
    })
public final class AttachCommand implements Activity {
  private static final String TITLE = "org.opencontainers.image.title";

  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private RegistryOptions registryOptions;

  @Parameters(paramLabel = "REF", description = "The image: [docker://]HOST/PATH[:TAG][@DIGEST].")
  private String reference;

  @Parameters(paramLabel = "FILE", description = "The file to attach.")
  private Path file;

  @Option(
      names = "--artifact-type",
      required = true,
      paramLabel = "T",
      description = "The media type of the file, such as application/spdx+json.")
  private String artifactType = "";

  @Option(
      names = {"-a", "--annotation"},
      paramLabel = "K=V",
      description = "Add an annotation to the artifact. May be repeated.")
  private List<String> annotations = List.of();

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public AttachCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "attaching " + file + " to " + reference;
  }

  @Override
  public Integer call() throws IOException {
    Reference named = Reference.image(reference);
    if (!artifactType.matches("[A-Za-z0-9][\\w!#$&^.+-]*/[A-Za-z0-9][\\w!#$&^.+-]*")) {
      throw new IllegalArgumentException(
          "--artifact-type: expected a media type such as application/spdx+json, got \""
              + artifactType
              + "\"");
    }
    Map<String, String> annotated = KeyValue.pairs("--annotation", annotations);
    Descriptor blob = describe();
    try (Session session = Session.open(console, common, registryOptions.reading(List.of(named)))) {
      Repository repository = session.repository(named);
      Descriptor image = PinnedImage.find(console, repository, named);
      repository.upload(blob, file);
      Descriptor artifact = repository.attach(image, artifactType, blob, annotated);
      String name = repository.name() + "@" + artifact.digest();
      if (json) {
        console.result(
            JsonObject.EMPTY
                .with("artifact", name)
                .with("digest", artifact.digest().toString())
                .with("subject", image.digest().toString())
                .with("bytes", blob.size()));
      } else {
        console.tell(
            "attached " + file + " (" + Human.size(blob.size()) + ") to " + image.digest());
        console.result(artifact.digest().toString());
      }
    }
    return 0;
  }

  private Descriptor describe() throws IOException {
    MessageDigest sha256 = Digest.sha256();
    long size;
    try (InputStream in = new DigestInputStream(FileInput.open(file), sha256)) {
      size = in.transferTo(OutputStream.nullOutputStream());
    }
    return new Descriptor(artifactType, Digest.of(sha256), size)
        .withAnnotations(Map.of(TITLE, file.getFileName().toString()));
  }
}
