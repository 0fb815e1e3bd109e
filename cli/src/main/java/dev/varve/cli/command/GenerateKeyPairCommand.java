package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.KeyPassword;
import dev.varve.cli.session.TextFile;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.WriteLock;
import dev.varve.core.json.JsonObject;
import dev.varve.core.signing.PrivateKeyPem;
import dev.varve.core.signing.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code varve generate-key-pair}. */
@Command(
    name = "generate-key-pair",
    description = {
      "Generates a key pair for signing, which cosign accepts as well: cosign.key, "
          + "encrypted, and cosign.pub.",
      "The password comes from $$COSIGN_PASSWORD, the terminal or the standard "
          + "input, without the line break at its end."
    },
    footer = {"", "Example:", "  varve generate-key-pair --output-key-prefix main"})
public final class GenerateKeyPairCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;

  @Option(
      names = "--output-key-prefix",
      paramLabel = "PREFIX",
      description = "Write PREFIX.key and PREFIX.pub (default: ${DEFAULT-VALUE}).")
  private String prefix = "cosign";

  @Option(names = "--force", description = "Overwrite existing keys, which are lost.")
  private boolean force;

  @Option(names = "--json", description = "Print the paths of the keys as JSON on stdout.")
  private boolean json;

  public GenerateKeyPairCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "generating a key pair";
  }

  @Override
  public Integer call() throws IOException {
    requireFree();
    String password = new KeyPassword(console, secret -> {}).choose();
    SecureRandom random = new SecureRandom();
    SigningKey key = SigningKey.generate(random);
    TextFile secret =
        new TextFile(Path.of(prefix + ".key"), PrivateKeyPem.write(key, password, random));
    TextFile open = new TextFile(Path.of(prefix + ".pub"), key.verificationKey().toPem());
    WriteLock.holding( // for both files of the pair
        secret.path(),
        console::note,
        () -> {
          requireFree();
          secret.write("rw-------");
          open.write("rw-r--r--");
          return open;
        });
    if (password.isEmpty()) {
      console.note("the password is empty: everybody with access to the private key can use it");
    }
    console.tell("the private key is in " + secret.path() + ", the public one in " + open.path());
    if (json) {
      console.result(
          JsonObject.EMPTY
              .with("privateKey", secret.path().toString())
              .with("publicKey", open.path().toString())
              .with("fingerprint", key.verificationKey().fingerprint().toString()));
    }
    return 0;
  }

  private void requireFree() throws IOException {
    for (String name : List.of(prefix + ".key", prefix + ".pub")) {
      if (!force && Lookup.exists(Path.of(name))) {
        throw new IOException(
            name + " exists already; --force overwrites the key pair, which is lost");
      }
    }
  }
}
