package dev.varve.cli.option;

import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Console;
import dev.varve.core.signing.SigningKey;
import dev.varve.registry.signing.TransparencyLog;
import dev.varve.runner.publish.ImageSigner;
import dev.varve.runner.publish.KeySigner;
import java.io.IOException;
import java.net.URI;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for signatures. */
@InGroup(HelpGroup.SIGNING)
public final class SigningOptions {
  @Mixin private PrivateKeyOptions privateKey;

  @Option(
      names = "--bundle",
      description =
          "Write a Sigstore bundle as well. With it, cosign 3 reads bundles only; "
              + "podman, skopeo and bootc read the signature under the tag, which is "
              + "always written.")
  private boolean bundle;

  @Option(
      names = "--tlog-upload",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description =
          "Add the signature to a transparency log, where hash, signature and public "
              + "key are public forever.")
  private boolean tlogUpload;

  @Option(
      names = "--rekor-url",
      paramLabel = "URL",
      description = "The transparency log (default: https://rekor.sigstore.dev).")
  private URI rekor = TransparencyLog.PUBLIC;

  /** Whether a key is given, which the other options require. */
  public boolean given() {
    if (!privateKey.given() && (bundle || tlogUpload)) {
      throw new IllegalArgumentException(
          (bundle ? "--bundle" : "--tlog-upload") + " requires --key");
    }
    return privateKey.given();
  }

  /** Opens the signer for a session, which closes it; without a key, a signer that does nothing. */
  public ImageSigner openIfGiven(Session session) throws IOException {
    return given() ? open(session) : ImageSigner.NONE;
  }

  /**
   * Opens the signer for a session, which closes it. The key is read and decrypted at once, to fail
   * early for a wrong password.
   */
  public KeySigner open(Session session) throws IOException {
    Console console = session.console();
    SigningKey key = privateKey.open(console, session.secrets());
    if (!tlogUpload) {
      return session.closing(new KeySigner(key, null, bundle, console.clock()));
    }
    TransparencyLog log = session.transparencyLog(rekor);
    console.note(
        "signatures, the digests of the signed images and the public key will be public in "
            + log
            + " forever");
    return session.closing(new KeySigner(key, log, bundle, console.clock()));
  }
}
