package dev.varve.registry.signing;

import dev.varve.core.bytes.IoSupplier;
import dev.varve.core.image.CorruptBlobException;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.signing.BadSignatureException;
import dev.varve.core.signing.ImageSignature;
import dev.varve.core.signing.LogEntry;
import dev.varve.core.signing.NotSignedException;
import dev.varve.core.signing.Payload;
import dev.varve.core.signing.SignatureAttachment;
import dev.varve.core.signing.SignatureBundle;
import dev.varve.core.signing.SigningKey;
import dev.varve.core.signing.VerificationKey;
import dev.varve.registry.Repository;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Signs images, indexes and artifacts in a repository, and finds and verifies their signatures. */
public final class Signatures {
  /** The number of attempts to add a signature when other clients add one at the same time. */
  private static final int TRIES = 5;

  private static final int MAX_CONFIG = 4 << 20;

  /** The other artifact types under which registries may list a bundle. */
  private static final Set<String> LISTED_AS = Set.of(MediaTypes.OCI_EMPTY, MediaTypes.OCI_CONFIG);

  private final Repository repository;

  /** Creates the object for a repository; sends no request yet. */
  public Signatures(Repository repository) {
    this.repository = repository;
  }

  /**
   * Signs an image under the tag that podman, skopeo, bootc and cosign read. Signatures by other
   * keys are preserved; an existing signature by this key is not made again.
   *
   * @param image the image, which must be in the repository
   * @param log the transparency log to add the signature to; null for none
   */
  public Signed sign(Descriptor image, SigningKey key, @Nullable TransparencyLog log)
      throws IOException {
    if (!SignatureAttachment.hasTag(image.digest())) {
      throw new IllegalArgumentException(
          "signing %s in %s: expected a digest short enough for the tag of its signature; sign the image by its sha256 digest"
              .formatted(image.digest(), repository.name()));
    }
    String repositoryName = identity(repository.name());
    ImageSignature signature =
        ImageSignature.make(new Payload(repositoryName, image.digest()), key);
    byte[] payload = signature.payload();
    for (int i = 0; i < TRIES; i++) {
      Manifest existing = manifest(image.digest());
      for (Descriptor each : SignatureAttachment.signatures(existing)) {
        boolean same = each.digest().equals(signature.descriptor().digest());
        if (same) { // otherwise a payload that the registry has lost would be signed twice
          repository.upload(signature.descriptor(), payload);
        }
        FoundSignature found =
            check(
                () -> same ? payload : payload(each), each, image.digest(), key.verificationKey());
        if (found.repository().equals(Optional.of(repositoryName))
            && (log == null || found.entry().isPresent())) {
          return new Signed(found.entry(), i > 0);
        }
      }
      if (log != null && signature.entry().isEmpty()) {
        signature = logged(signature, image.digest(), key.verificationKey(), log);
      }
      add(attachment(existing), signature, image.digest());
    }
    throw new RegistryException(
        Kind.UNAVAILABLE,
        0,
        "signing %s in %s: other clients keep writing tag %s; try again"
            .formatted(image.digest(), repository.name(), SignatureAttachment.tag(image.digest())));
  }

  /**
   * Adds a signature to a log. Verifies the entry, since one of another signature would make the
   * signature invalid.
   */
  private static ImageSignature logged(
      ImageSignature signature, Digest image, VerificationKey key, TransparencyLog log)
      throws IOException {
    ImageSignature logged = signature.with(log.add(signature, key));
    try {
      logged.verify(image, key);
    } catch (BadSignatureException e) {
      throw new RegistryException(
          Kind.REFUSED,
          0,
          "entering the signature into the transparency log %s: expected its entry, but %s"
              .formatted(log, e.getMessage()),
          e);
    }
    return logged;
  }

  /**
   * The result of signing.
   *
   * @param entry the signature's entry in the transparency log, if it has one
   * @param isNew whether the signature is new
   */
  public record Signed(Optional<LogEntry> entry, boolean isNew) {}

  /**
   * Adds the signatures under an image's tag to another repository, unverified. Signatures that the
   * other repository has are kept there.
   *
   * @return the number of signatures added
   */
  public int copy(Digest image, Signatures to) throws IOException {
    int added = 0;
    for (Descriptor each : SignatureAttachment.signatures(manifest(image))) {
      Manifest existing = to.manifest(image);
      if (!SignatureAttachment.signatures(existing).contains(each)) {
        to.add(to.attachment(existing), each, payload(each), image);
        added++;
      }
    }
    return added;
  }

  private void add(SignatureAttachment attachment, ImageSignature signature, Digest image)
      throws IOException {
    add(attachment, signature.descriptor(), signature.payload(), image);
  }

  private void add(
      SignatureAttachment attachment, Descriptor signature, byte[] payload, Digest image)
      throws IOException {
    SignatureAttachment extended = attachment.with(signature);
    repository.upload(signature, payload);
    repository.upload(extended.manifest().config(), extended.config().toBytes());
    repository.put(extended.manifest(), List.of(SignatureAttachment.tag(image)));
  }

  /**
   * Signs an image by a bundle, which newer versions of cosign look for first. An existing bundle
   * by this key is not made again.
   *
   * @param image the image, which must be in the repository
   * @param created the time of signing
   * @return whether the bundle is new
   */
  public boolean signByBundle(Descriptor image, SigningKey key, Instant created)
      throws IOException {
    for (FoundSignature found : bundles(image.digest(), key.verificationKey())) {
      if (found.good()) {
        return false;
      }
    }
    byte[] bytes = SignatureBundle.make(image.digest(), key).toBytes(key.verificationKey());
    Descriptor bundle = Descriptor.of(SignatureBundle.MEDIA_TYPE, bytes);
    repository.upload(bundle, bytes);
    repository.attach(
        image, SignatureBundle.MEDIA_TYPE, bundle, SignatureBundle.annotations(created));
    return true;
  }

  /**
   * Returns all signatures of an image: those under its tag, then the bundles.
   *
   * @param key the key to verify them with
   */
  public List<FoundSignature> find(Digest image, VerificationKey key) throws IOException {
    List<FoundSignature> found = new ArrayList<>();
    for (Descriptor each : SignatureAttachment.signatures(manifest(image))) {
      found.add(check(() -> payload(each), each, image, key));
    }
    found.addAll(bundles(image, key));
    return found;
  }

  /** Returns the number of an image's signatures, by whatever key. */
  public int count(Digest image) throws IOException {
    return SignatureAttachment.signatures(manifest(image)).size()
        + (int) bundles(image).stream().filter(SignatureBundle::isSignature).count();
  }

  /**
   * Returns whether cosign 3 ignores the signatures under the tag: if an image has a bundle, it
   * reads only bundles, even if they are no signatures, such as an attestation that a build
   * attached.
   *
   * @return true if there are bundles, and none is a signature by this key
   */
  public boolean isOverlooked(Digest image, VerificationKey key) throws IOException {
    List<Manifest> bundles = bundles(image);
    return !bundles.isEmpty()
        && check(bundles, image, key).stream().noneMatch(FoundSignature::good);
  }

  /**
   * Returns the signatures of an image by a key.
   *
   * @return at least one
   * @throws NotSignedException if there is none
   */
  public List<FoundSignature> require(Digest image, VerificationKey key) throws IOException {
    List<FoundSignature> found = find(image, key);
    List<FoundSignature> good = found.stream().filter(FoundSignature::good).toList();
    if (!good.isEmpty()) {
      return good;
    }
    String verifying = "verifying the signature of " + repository.name() + "@" + image + ": ";
    if (found.isEmpty()) {
      throw new NotSignedException(
          verifying
              + "expected a signature, got none: there is neither the tag "
              + SignatureAttachment.tag(image)
              + " nor a bundle");
    }
    List<String> problems =
        found.stream().flatMap(each -> each.problem().stream()).distinct().toList();
    throw new NotSignedException(
        verifying
            + "expected a signature by the key "
            + key
            + ", got "
            + (found.size() == 1 ? "one" : found.size())
            + " that this key does not verify: "
            + String.join("; ", problems));
  }

  /**
   * Returns the signatures of an image by a key that have an entry in a transparency log.
   *
   * @param log the key of the log
   * @return at least one
   * @throws NotSignedException if there is none
   */
  public List<FoundSignature> requireLogged(Digest image, VerificationKey key, VerificationKey log)
      throws IOException {
    List<FoundSignature> good = require(image, key);
    List<FoundSignature> logged =
        good.stream()
            .filter(each -> each.entry().filter(entry -> entry.isMadeBy(log)).isPresent())
            .toList();
    if (logged.isEmpty()) {
      throw new NotSignedException(
          "verifying the signature of %s@%s: expected an entry in the log of the key %5$s, got %3$d signature%4$s by the key without one"
              .formatted(repository.name(), image, good.size(), good.size() == 1 ? "" : "s", log));
    }
    return logged;
  }

  /**
   * Opens the signatures under an image's tag, unverified, as an image whose layers are the
   * payloads; empty if there are none.
   */
  public Optional<ImageSource> attached(Digest image) throws IOException {
    String tag = SignatureAttachment.tag(image);
    if (!SignatureAttachment.hasTag(image) || repository.find(tag).isEmpty()) {
      return Optional.empty();
    }
    String name = "docker://" + repository.name() + ":" + tag;
    return Optional.of(repository.image(tag, PlatformChoice.any(), name));
  }

  private FoundSignature check(
      IoSupplier<byte[]> bytes, Descriptor each, Digest image, VerificationKey key)
      throws IOException {
    try {
      ImageSignature signature = ImageSignature.read(each, bytes.get());
      Payload payload = signature.verify(image, key);
      return new FoundSignature(
          FoundSignature.Form.TAG,
          Optional.of(payload.repository()),
          signature.entry(),
          Optional.empty());
    } catch (BadSignatureException | CorruptBlobException | MissingBlobException e) {
      return FoundSignature.bad(FoundSignature.Form.TAG, String.valueOf(e.getMessage()));
    }
  }

  private byte[] payload(Descriptor signature) throws IOException {
    return repository.read(signature, "payload", SignatureAttachment.MAX_PAYLOAD);
  }

  private Manifest manifest(Digest image) throws IOException {
    Optional<Descriptor> found =
        SignatureAttachment.hasTag(image)
            ? repository.find(SignatureAttachment.tag(image))
            : Optional.empty();
    return found.isEmpty() ? SignatureAttachment.NONE.manifest() : repository.manifest(found.get());
  }

  private SignatureAttachment attachment(Manifest manifest) throws IOException {
    if (manifest.equals(SignatureAttachment.NONE.manifest())) {
      return SignatureAttachment.NONE;
    }
    byte[] config = repository.read(manifest.config(), "config", MAX_CONFIG);
    return new SignatureAttachment(
        manifest, ImageConfig.parse(config, "the config of signatures in " + repository.name()));
  }

  private List<FoundSignature> bundles(Digest image, VerificationKey key) throws IOException {
    return check(bundles(image), image, key);
  }

  private List<FoundSignature> check(List<Manifest> bundles, Digest image, VerificationKey key)
      throws IOException {
    List<FoundSignature> found = new ArrayList<>();
    for (Manifest bundle : bundles) {
      if (SignatureBundle.isSignature(bundle)) {
        found.add(check(bundle.layers().get(0), key, image));
      }
    }
    return found;
  }

  /** Returns the referrers of an image that are bundles, signatures or not. */
  private List<Manifest> bundles(Digest image) throws IOException {
    List<Manifest> found = new ArrayList<>();
    for (Descriptor each : repository.referrers(image)) {
      if (MediaTypes.isManifest(each.mediaType())
          && each.artifactType().map(Signatures::mayBeBundle).orElse(true)) {
        repository.artifact(each).filter(SignatureBundle::isBundle).ifPresent(found::add);
      }
    }
    return found;
  }

  private static boolean mayBeBundle(String artifactType) {
    return SignatureBundle.isBundle(artifactType) || LISTED_AS.contains(artifactType);
  }

  private FoundSignature check(Descriptor bundle, VerificationKey key, Digest image)
      throws IOException {
    try {
      byte[] bytes = repository.read(bundle, "bundle", SignatureBundle.MAX_BYTES);
      SignatureBundle.parse(bytes).verify(image, key);
      return new FoundSignature(
          FoundSignature.Form.BUNDLE, Optional.empty(), Optional.empty(), Optional.empty());
    } catch (BadSignatureException | CorruptBlobException | MissingBlobException e) {
      return FoundSignature.bad(FoundSignature.Form.BUNDLE, String.valueOf(e.getMessage()));
    }
  }

  /** Returns a repository's name as cosign signs it: for Docker Hub, with its old host name. */
  static String identity(RepositoryName name) {
    return name.host().equals("docker.io") ? "index." + name : name.toString();
  }
}
