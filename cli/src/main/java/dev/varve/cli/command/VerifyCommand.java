package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.KeyPlace;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.report.SignaturesReport;
import dev.varve.cli.session.PinnedImage;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.image.Digest;
import dev.varve.core.signing.VerificationKey;
import dev.varve.registry.Repository;
import dev.varve.registry.signing.FoundSignature;
import dev.varve.registry.signing.FoundSignature.Form;
import dev.varve.registry.signing.Signatures;
import dev.varve.runner.publish.KeySigner;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve verify}. */
@Command(
    name = "verify",
    description = {
      "Verifies that the owner of a key has signed an image, an index or an artifact "
          + "in a registry, under its tag or by a Sigstore bundle.",
      "Exit code 5 if no signature is by the key."
    },
    footer = {"", "Example:", "  varve verify docker://ghcr.io/owner/os@sha256:… --key cosign.pub"})
public final class VerifyCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private RegistryOptions registryOptions;

  @Parameters(
      paramLabel = "REF",
      description = "What to verify: [docker://]HOST/PATH[:TAG][@DIGEST].")
  private String reference;

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE|env://NAME",
      description = "The public key.")
  private String key = "";

  @Option(
      names = "--rekor-public-key",
      paramLabel = "FILE|env://NAME",
      description =
          "The public key of a transparency log: accept only signatures with an "
              + "entry in this log.")
  private @Nullable String log;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "verifying the signature of " + reference;
  }

  @Override
  public Integer call() throws IOException {
    Reference named = Reference.image(reference);
    VerificationKey owner = new KeyPlace(key).publicKey(console);
    try (Session session = Session.open(console, common, registryOptions.reading(List.of(named)))) {
      Repository repository = session.repository(named);
      Digest image = PinnedImage.find(console, repository, named).digest();
      Signatures signatures = new Signatures(repository);
      List<FoundSignature> good =
          log == null
              ? signatures.require(image, owner)
              : signatures.requireLogged(image, owner, new KeyPlace(log).publicKey(console));
      // Before printing the result, because a failure prints its own JSON object.
      boolean overlooked =
          good.stream().allMatch(each -> each.form() == Form.TAG)
              && signatures.isOverlooked(image, owner);
      SignaturesReport report =
          new SignaturesReport(repository.name().toString(), image, owner, good);
      report.print(console, json);
      if (overlooked) {
        console.tell(
            "WARNING: "
                + KeySigner.overlooked(report.name())
                + "; `varve sign --bundle` signs it in both forms");
      }
    }
    return 0;
  }
}
