package dev.varve.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code varve public-key}. */
@Command(
    name = "public-key",
    description = "Prints the public key that belongs to a private one.",
    footer = {"", "Example:", "  varve public-key --key cosign.key > cosign.pub"})
final class PublicKeyCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private PrivateKeyOptions privateKey;

  PublicKeyCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "reading the private key";
  }

  @Override
  public Integer call() throws IOException {
    privateKey
        .open(console, secret -> {})
        .verificationKey()
        .toPem()
        .lines()
        .forEach(console::result);
    return 0;
  }
}
