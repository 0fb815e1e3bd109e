package dev.varve.runner.publish;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.signing.LogEntry;
import dev.varve.core.signing.NotSignedException;
import dev.varve.core.signing.SigningKey;
import dev.varve.core.signing.VerificationKey;
import dev.varve.registry.Repository;
import dev.varve.registry.signing.FoundSignature;
import dev.varve.registry.signing.FoundSignature.Form;
import dev.varve.registry.signing.Signatures;
import dev.varve.registry.signing.TransparencyLog;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Signs with a private key. */
public final class KeySigner implements ImageSigner {
  private final SigningKey key;
  private final @Nullable TransparencyLog log;
  private final boolean bundle;
  private final Clock clock;
  private @Nullable Outcome last;

  /**
   * Creates the signer.
   *
   * @param log receives the signatures, and is closed with the signer; null for none
   * @param bundle whether to make bundles too
   */
  public KeySigner(SigningKey key, @Nullable TransparencyLog log, boolean bundle, Clock clock) {
    this.key = key;
    this.log = log;
    this.bundle = bundle;
    this.clock = clock;
  }

  /**
   * The result of signing.
   *
   * @param isNew whether a signature was added
   * @param entry the signature's entry in the log, if it has one
   */
  public record Outcome(boolean isNew, Optional<LogEntry> entry) {}

  /** Returns the public key that verifies the signatures. */
  public VerificationKey verificationKey() {
    return key.verificationKey();
  }

  @Override
  public void sign(Repository repository, Descriptor image) throws IOException {
    apply(repository, image);
  }

  /** Signs an image and returns the result. */
  public Outcome apply(Repository repository, Descriptor image) throws IOException {
    Signatures signatures = new Signatures(repository);
    Signatures.Signed signed = signatures.sign(image, key, log);
    boolean more = bundle && signatures.signByBundle(image, key, clock.instant());
    last = new Outcome(signed.isNew() || more, signed.entry());
    return last;
  }

  @Override
  public void verify(Repository repository, Descriptor image) throws IOException {
    List<Form> forms =
        new Signatures(repository)
            .require(image.digest(), key.verificationKey()).stream()
                .map(FoundSignature::form)
                .toList();
    if (!forms.contains(Form.TAG) || (bundle && !forms.contains(Form.BUNDLE))) {
      throw new NotSignedException(
          "verifying the signature of %s@%s: the registry lacks the new signature %s"
              .formatted(
                  repository.name(),
                  image.digest(),
                  forms.contains(Form.TAG) ? "in a bundle" : "under the tag"));
    }
  }

  @Override
  public Optional<String> warning(
      Repository repository, Descriptor image, Optional<Digest> previous) throws IOException {
    if (bundle) {
      return Optional.empty();
    }
    Signatures signatures = new Signatures(repository);
    String name = repository.name() + "@";
    if (signatures.isOverlooked(image.digest(), verificationKey())) {
      return Optional.of(overlooked(name + image.digest()) + "");
    }
    if (previous.isEmpty() || !isOverlooked(signatures, previous.get())) {
      return Optional.empty();
    }
    return Optional.of(
        overlooked("the previous image, " + name + previous.get() + ",")
            + ", and will refuse this image's once it has a bundle too");
  }

  /**
   * Returns whether clients overlook the previous image's signature; false on errors too, because
   * only advice depends on the result.
   */
  private boolean isOverlooked(Signatures signatures, Digest previous) {
    try {
      return signatures.isOverlooked(previous, verificationKey());
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the warning that cosign 3 refuses an image whose signature is only under the tag. */
  public static String overlooked(String image) {
    return image
        + " has a Sigstore bundle other than a signature by this key, such as an attestation: in this"
        + " case cosign 3 only reads bundles, and refuses the signature under the tag";
  }

  @Override
  public String summary() {
    List<String> words = new ArrayList<>();
    words.add("by the key " + key.verificationKey().fingerprint().abbreviated());
    if (bundle) {
      words.add("also as a bundle");
    }
    Outcome outcome = last;
    if (outcome != null) {
      outcome.entry().ifPresent(entry -> words.add("entry " + entry.logIndex() + " of the log"));
      if (!outcome.isNew()) {
        words.add("as before");
      }
    }
    return String.join(", ", words);
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
  }
}
