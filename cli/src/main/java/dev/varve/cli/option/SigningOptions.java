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
              + "key stay public for ever.")
  private boolean tlogUpload;

  @Option(
      names = "--rekor-url",
      paramLabel = "URL",
      description = "The transparency log (default: https://rekor.sigstore.dev).")
  private URI rekor = TransparencyLog.PUBLIC;

  /** Whether there is a key to sign with; the other options need one. */
  public boolean given() {
    if (!privateKey.given() && (bundle || tlogUpload)) {
      throw new IllegalArgumentException(
          (bundle ? "--bundle" : "--tlog-upload") + ": there is no signature without --key");
    }
    return privateKey.given();
  }

  /** Opens the signer for a session, which closes it; without a key, nobody signs. */
  public ImageSigner openIfGiven(Session session) throws IOException {
    return given() ? open(session) : ImageSigner.NONE;
  }

  /**
   * Opens the signer for a session, which closes it. The key is read and decrypted at once, so that
   * a wrong password ends the command before there is anything to sign.
   */
  public KeySigner open(Session session) throws IOException {
    Console console = session.console();
    SigningKey key = privateKey.open(console, session.secrets());
    if (!tlogUpload) {
      return session.closing(new KeySigner(key, null, bundle, console.clock()));
    }
    TransparencyLog log = session.transparencyLog(rekor);
    console.note(
        "signatures, the digests of the signed images and the public key become public in "
            + log
            + " for ever");
    return session.closing(new KeySigner(key, log, bundle, console.clock()));
  }
}
