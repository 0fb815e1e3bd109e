package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.PrivateKeyOptions;
import dev.varve.cli.session.TextFile;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.json.JsonObject;
import dev.varve.core.signing.VerificationKey;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code varve public-key}. */
@Command(
    name = "public-key",
    description = "Prints the public key that belongs to a private one.",
    footer = {"", "Example:", "  varve public-key --key cosign.key > cosign.pub"})
public final class PublicKeyCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private PrivateKeyOptions privateKey;

  @Option(
      names = "--outfile",
      paramLabel = "FILE",
      description = "Write the key to FILE in place of stdout.")
  private @Nullable Path file;

  @Option(names = "--json", description = "Print the key and its fingerprint as JSON on stdout.")
  private boolean json;

  public PublicKeyCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "reading the private key";
  }

  @Override
  public Integer call() throws IOException {
    if (file != null && privateKey.isFile(file)) {
      throw new IllegalArgumentException(
          "--outfile: expected a file for the public key, got \""
              + file
              + "\", which holds the private key");
    }
    VerificationKey key = privateKey.open(console, secret -> {}).verificationKey();
    if (file != null) {
      new TextFile(file, key.toPem()).write();
    }
    if (json) {
      console.result(
          JsonObject.EMPTY
              .with("publicKey", key.toPem())
              .with("fingerprint", key.fingerprint().toString()));
    } else if (file == null) {
      key.toPem().lines().forEach(console::result);
    }
    return 0;
  }
}
