package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.option.SigningOptions;
import dev.varve.cli.session.PinnedImage;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.Repository;
import dev.varve.runner.publish.IndexedImages;
import dev.varve.runner.publish.KeySigner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve sign}. */
@Command(
    name = "sign",
    description = {
      "Signs images, indexes or artifacts in a registry with a key, as cosign does; "
          + "podman, skopeo, bootc, rpm-ostree and cosign verify the signatures.",
      "Name them by digest, because a tag may have moved. An image that has a "
          + "signature by the key is unchanged."
    },
    footer = {
      "",
      "Example:",
      "  varve sign docker://ghcr.io/owner/os@sha256:… --key cosign.key",
      "  varve sign ghcr.io/owner/os:latest --recursive --key env://SIGNING_KEY"
    })
public final class SignCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private RegistryOptions registryOptions;
  @Mixin private SigningOptions signingOptions;

  @Parameters(
      arity = "1..*",
      paramLabel = "REF",
      description = "What to sign: [docker://]HOST/PATH[:TAG][@DIGEST].")
  private List<String> references;

  @Option(
      names = {"-r", "--recursive"},
      description = "Sign the images in an index as well.")
  private boolean recursive;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public SignCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "signing " + String.join(", ", references);
  }

  @Override
  public Integer call() throws IOException {
    List<Reference> named = references.stream().map(Reference::image).toList();
    List<JsonObject> signed = new ArrayList<>();
    try (Session session = Session.open(console, common, registryOptions.reading(named))) {
      KeySigner signing = signingOptions.open(session);
      for (Reference reference : named) {
        Repository repository = session.repository(reference);
        for (Descriptor each : wanted(repository, reference)) {
          signed.add(sign(repository, each, signing));
        }
      }
      if (json) {
        console.result(
            JsonObject.EMPTY
                .with("key", signing.verificationKey().toString())
                .with("signed", signed));
      }
    }
    return 0;
  }

  private JsonObject sign(Repository repository, Descriptor image, KeySigner signing)
      throws IOException {
    KeySigner.Outcome outcome = signing.apply(repository, image);
    signing.verify(repository, image);
    String name = repository.name() + "@" + image.digest();
    console.tell("signed " + name + " " + signing.summary());
    signing
        .warning(repository, image, Optional.empty())
        .ifPresent(text -> console.tell("WARNING: " + text + "; sign with --bundle too"));
    JsonObject result = JsonObject.EMPTY.with("image", name).with("isNew", outcome.isNew());
    return outcome.entry().isEmpty()
        ? result
        : result.with("logIndex", outcome.entry().get().logIndex());
  }

  /** Returns the image or index of a reference; with --recursive, first the images of the index. */
  private Set<Descriptor> wanted(Repository repository, Reference reference) throws IOException {
    Descriptor image = PinnedImage.find(console, repository, reference);
    if (recursive) {
      return IndexedImages.of(repository, image);
    }
    if (MediaTypes.isIndex(image.mediaType())) {
      console.note(
          reference
              + " is an index, and only the index is signed; --recursive signs its "
              + Human.count(repository.index(image).manifests().size(), "image")
              + " as well");
    }
    return Set.of(image);
  }
}
