package dev.varve.cli.option;

import dev.varve.cli.terminal.Console;
import dev.varve.core.bytes.Progress;
import dev.varve.core.signing.SigningKey;
import dev.varve.registry.signing.TransparencyLog;
import dev.varve.runner.publish.ImageSigner;
import dev.varve.runner.publish.KeySigner;
import java.io.IOException;
import java.net.URI;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who signs, and in which forms. */
public final class SigningOptions {
  @Mixin private PrivateKeyOptions privateKey;

  @Option(
      names = "--bundle",
      description =
          "Sign also by a Sigstore bundle. cosign 3 then reads bundles alone; podman, skopeo and"
              + " bootc read the signature under the tag, which is made as well.")
  private boolean bundle;

  @Option(
      names = "--tlog-upload",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description =
          "Enter the signature into a transparency log: hash, signature and public key are public"
              + " there for ever.")
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

  /** What {@link #open} opens, or nobody where no key is given. */
  public ImageSigner openIfGiven(
      Console console, Progress progress, RegistryOptions registries, Consumer<String> mask)
      throws IOException {
    return given() ? open(console, progress, registries, mask) : ImageSigner.NONE;
  }

  /**
   * Reads the key and decrypts it, so that a wrong password is known before there is anything to
   * sign.
   *
   * @param progress is told of what is tried again
   * @param mask is told of secrets, so that nobody prints them
   * @return to be closed
   */
  public KeySigner open(
      Console console, Progress progress, RegistryOptions registries, Consumer<String> mask)
      throws IOException {
    SigningKey key = privateKey.open(console, mask);
    if (!tlogUpload) {
      return new KeySigner(key, null, bundle, console.clock());
    }
    TransparencyLog log = registries.log(rekor, console, progress);
    console.note(
        "signatures, what they are of and the public key become public in " + log + ", for ever");
    return new KeySigner(key, log, bundle, console.clock());
  }
}
