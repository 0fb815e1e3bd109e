package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.KeyPlace;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.session.PinnedImage;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.image.Descriptor;
import dev.varve.core.json.JsonObject;
import dev.varve.core.signing.NotSignedException;
import dev.varve.core.signing.VerificationKey;
import dev.varve.registry.Repository;
import dev.varve.registry.signing.FoundSignature;
import dev.varve.registry.signing.FoundSignature.Form;
import dev.varve.registry.signing.Signatures;
import dev.varve.runner.publish.KeySigner;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
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
      Descriptor image = PinnedImage.find(console, repository, named);
      Signatures signatures = new Signatures(repository);
      List<FoundSignature> good = signatures.require(image.digest(), owner);
      String name = repository.name() + "@" + image.digest();
      if (log != null) {
        good = logged(good, new KeyPlace(log).publicKey(console), name);
      }
      // Asked before the result: a failure has a JSON object of its own.
      boolean overlooked =
          good.stream().allMatch(each -> each.form() == Form.TAG)
              && signatures.isOverlooked(image.digest(), owner);
      if (json) {
        console.result(
            JsonObject.EMPTY
                .with("image", name)
                .with("digest", image.digest().toString())
                .with("key", owner.toString())
                .with("signatures", good.stream().map(VerifyCommand::json).toList()));
      } else {
        console.result("verified " + name + ": signed by the key " + owner);
        table(good).lines().forEach(console::result);
      }
      if (overlooked) {
        console.tell(
            "WARNING: "
                + KeySigner.overlooked(name)
                + "; `varve sign --bundle` signs it in both forms");
      }
    }
    return 0;
  }

  private static List<FoundSignature> logged(
      List<FoundSignature> good, VerificationKey log, String name) throws NotSignedException {
    List<FoundSignature> logged =
        good.stream()
            .filter(each -> each.entry().filter(entry -> entry.isMadeBy(log)).isPresent())
            .toList();
    if (logged.isEmpty()) {
      throw new NotSignedException(
          "verifying the signature of %s: the key made %s, and none has an entry by the log of the key %s"
              .formatted(name, Human.count(good.size(), "signature"), log));
    }
    return logged;
  }

  private static Table table(List<FoundSignature> signatures) {
    Table table = new Table("lll");
    for (FoundSignature each : signatures) {
      table.row(
          form(each),
          each.repository().map(repository -> "as " + repository).orElse(""),
          each.entry().map(entry -> "entry " + entry.logIndex() + " of the log").orElse(""));
    }
    return table;
  }

  private static JsonObject json(FoundSignature signature) {
    JsonObject json = JsonObject.EMPTY.with("form", form(signature));
    if (signature.repository().isPresent()) {
      json = json.with("repository", signature.repository().get());
    }
    return signature.entry().isPresent()
        ? json.with("logIndex", signature.entry().get().logIndex())
        : json;
  }

  private static String form(FoundSignature signature) {
    return signature.form().toString().toLowerCase(Locale.ROOT);
  }
}
