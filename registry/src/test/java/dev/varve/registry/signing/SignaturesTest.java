package dev.varve.registry.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import dev.varve.core.signing.ImageSignature;
import dev.varve.core.signing.LogEntry;
import dev.varve.core.signing.NotSignedException;
import dev.varve.core.signing.Payload;
import dev.varve.core.signing.SignatureAttachment;
import dev.varve.core.signing.SignatureBundle;
import dev.varve.core.signing.SigningKey;
import dev.varve.core.signing.VerificationKey;
import dev.varve.registry.Registry;
import dev.varve.registry.Repository;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.FakeTransparencyLog;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.fake.Quirk;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.name.RepositoryName;
import dev.varve.registry.signing.FoundSignature.Form;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SignaturesTest {
  private static final SigningKey KEY = SigningKey.generate(new SecureRandom());
  private static final SigningKey OTHER = SigningKey.generate(new SecureRandom());
  private static final VerificationKey PUBLIC = KEY.verificationKey();
  private static final Instant NOW = Instant.parse("2025-10-11T23:30:00Z");
  private static final HttpSettings SETTINGS =
      HttpSettings.defaults("test").withLimits(6, 3).withPause(time -> {});
  private static final String NAME = "owner/os";

  private FakeRegistry registry;
  private FakeTransparencyLog rekor;
  private Registry client;
  private Repository repository;
  private Signatures signatures;
  private TransparencyLog log;
  private Descriptor image;
  private String tag;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    rekor = FakeTransparencyLog.start();
    client = new Registry(SETTINGS, Logins.NONE, Progress.SILENT);
    repository = client.repository(RepositoryName.parse(registry.host() + "/" + NAME));
    signatures = new Signatures(repository);
    log = new TransparencyLog(rekor.url(), SETTINGS, Progress.SILENT);
    image = registry.putImage(NAME, "x", new byte[] {1}).descriptor();
    tag = SignatureAttachment.tag(image.digest());
  }

  @AfterEach
  void stop() throws IOException {
    log.close();
    client.close();
    rekor.close();
    registry.close();
  }

  private Manifest attached() throws IOException {
    return Manifest.parse(registry.manifest(NAME, tag).orElseThrow(), tag);
  }

  private static FoundSignature good(Form form, Optional<String> repository) {
    return new FoundSignature(form, repository, Optional.empty(), Optional.empty());
  }

  @Test
  void aSignatureIsStoredUnderTheTagOfTheDigest() throws IOException {
    assertThat(signatures.sign(image, KEY, null).isNew()).isTrue();
    assertThat(registry.tags(NAME)).containsExactly(tag, "x");
    assertThat(attached().layers()).hasSize(1);
    assertThat(repository.find(tag).orElseThrow().mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(signatures.require(image.digest(), PUBLIC))
        .containsExactly(good(Form.TAG, Optional.of(repository.name().toString())));
  }

  @Test
  void anotherKeysSignatureIsAddedButNotTheSameOneTwice() throws IOException {
    signatures.sign(image, KEY, null);
    byte[] first = registry.manifest(NAME, tag).orElseThrow();
    assertThat(signatures.sign(image, KEY, null).isNew()).isFalse();
    assertThat(registry.manifest(NAME, tag)).contains(first);
    assertThat(signatures.sign(image, OTHER, null).isNew()).isTrue();
    assertThat(attached().layers()).hasSize(2);
    assertThat(signatures.sign(image, KEY, null).isNew()).isFalse();
    assertThat(attached().layers()).hasSize(2);
    assertThat(signatures.find(image.digest(), PUBLIC))
        .extracting(FoundSignature::good)
        .containsExactly(true, false);
    assertThat(signatures.require(image.digest(), OTHER.verificationKey())).hasSize(1);
  }

  @Test
  void aSignatureWhosePayloadIsLostIsNotMadeTwice() throws IOException {
    signatures.sign(image, KEY, null);
    byte[] first = registry.manifest(NAME, tag).orElseThrow();
    registry.lose(NAME, attached().layers().get(0).digest());
    assertThat(signatures.sign(image, KEY, null).isNew()).isFalse();
    assertThat(registry.manifest(NAME, tag)).contains(first);
    assertThat(signatures.require(image.digest(), PUBLIC)).hasSize(1);
  }

  @Test
  void aSignatureForAnotherRepositoryDoesNotReplaceOne() throws IOException {
    ImageSignature foreign =
        ImageSignature.make(new Payload("ghcr.io/owner/os", image.digest()), KEY);
    SignatureAttachment attachment = SignatureAttachment.NONE.with(foreign.descriptor());
    registry.put(NAME, foreign.payload());
    registry.put(NAME, attachment.config().toBytes());
    registry.putManifest(NAME, tag, MediaTypes.OCI_MANIFEST, attachment.manifest().toBytes());
    assertThat(signatures.sign(image, KEY, null).isNew()).isTrue();
    assertThat(signatures.require(image.digest(), PUBLIC))
        .extracting(FoundSignature::repository)
        .containsExactly(
            Optional.of("ghcr.io/owner/os"), Optional.of(repository.name().toString()));
  }

  @Test
  void aBundleRefersToTheImage() throws IOException {
    assertThat(signatures.signByBundle(image, KEY, NOW)).isTrue();
    assertThat(signatures.signByBundle(image, KEY, NOW.plusSeconds(60))).isFalse();
    assertThat(signatures.signByBundle(image, OTHER, NOW)).isTrue();
    assertThat(repository.referrers(image.digest())).hasSize(2);
    assertThat(signatures.require(image.digest(), PUBLIC))
        .containsExactly(good(Form.BUNDLE, Optional.empty()));
    assertThat(signatures.find(image.digest(), PUBLIC)).hasSize(2);
  }

  @Test
  void aBundleIsFoundWithoutTheReferrersApi() throws IOException {
    registry.quirk(Quirk.NO_REFERRERS);
    signatures.signByBundle(image, KEY, NOW);
    assertThat(signatures.require(image.digest(), PUBLIC)).hasSize(1);
  }

  @Test
  void aDeletedBundleInTheListDoesNotAffectOtherSignatures() throws IOException {
    registry.quirk(Quirk.NO_REFERRERS);
    signatures.sign(image, KEY, null);
    signatures.signByBundle(image, KEY, NOW);
    Descriptor bundle = repository.referrers(image.digest()).get(0);
    registry.failAll("GET /v2/owner/os/manifests/" + bundle.digest(), Fault.status(404));
    assertThat(signatures.require(image.digest(), PUBLIC))
        .containsExactly(good(Form.TAG, Optional.of(repository.name().toString())));
  }

  @Test
  void anImageWithoutSignatureIsReported() {
    assertThatThrownBy(() -> signatures.require(image.digest(), PUBLIC))
        .isInstanceOf(NotSignedException.class)
        .hasMessage(
            "verifying the signature of %s@%s: expected a signature, got none: there is neither the"
                    .formatted(repository.name(), image.digest())
                + " tag "
                + tag
                + " nor a bundle");
  }

  @Test
  void signaturesByOtherKeysAreNotAccepted() throws IOException {
    signatures.sign(image, OTHER, null);
    String verifying =
        "verifying the signature of %s@%s: expected a signature by the key %s, got "
            .formatted(repository.name(), image.digest(), PUBLIC);
    assertThatThrownBy(() -> signatures.require(image.digest(), PUBLIC))
        .isInstanceOf(NotSignedException.class)
        .hasMessage(
            verifying
                + "one that this key does not verify: another key made it, or it is of another payload");
    signatures.signByBundle(image, OTHER, NOW);
    assertThatThrownBy(() -> signatures.require(image.digest(), PUBLIC))
        .hasMessage(
            verifying
                + "2 that this key does not verify: another key made it, or it is of another payload; another key"
                + " made it, or it is of another statement");
  }

  @Test
  void aMissingPayloadDoesNotAffectOtherSignatures() throws IOException {
    ImageSignature lost = ImageSignature.make(new Payload("a.io/b", image.digest()), KEY);
    SignatureAttachment attachment = SignatureAttachment.NONE.with(lost.descriptor());
    registry.put(NAME, lost.payload());
    registry.failAll("GET /v2/owner/os/blobs/" + lost.descriptor().digest(), Fault.status(404));
    registry.put(NAME, attachment.config().toBytes());
    registry.putManifest(NAME, tag, MediaTypes.OCI_MANIFEST, attachment.manifest().toBytes());
    signatures.sign(image, KEY, null);
    assertThat(signatures.find(image.digest(), PUBLIC))
        .extracting(FoundSignature::good)
        .containsExactly(false, true);
  }

  @Test
  void aSignatureThatAnotherClientOverwroteIsAddedAgain() throws IOException {
    // The tag is missing when the client checks it after writing.
    registry.failLater("HEAD /v2/owner/os/manifests/" + tag, 1, Fault.status(404));
    assertThat(signatures.sign(image, KEY, null).isNew()).isTrue();
    assertThat(registry.requests("PUT /v2/owner/os/manifests/" + tag)).hasSizeGreaterThan(1);
  }

  @Test
  void aSignatureIsAddedToTheLogOnce() throws IOException {
    Signatures.Signed signed = signatures.sign(image, KEY, log);
    assertThat(signed.isNew()).isTrue();
    assertThat(signed.entry().orElseThrow().logIndex()).isZero();
    VerificationKey logKey = VerificationKey.parse(rekor.publicKey(), "the log's key");
    FoundSignature found = signatures.require(image.digest(), PUBLIC).get(0);
    assertThat(found.entry()).isEqualTo(signed.entry());
    assertThat(found.entry().orElseThrow().isMadeBy(logKey)).isTrue();
    assertThat(found.entry().orElseThrow().isMadeBy(PUBLIC)).isFalse();
    assertThat(signatures.sign(image, KEY, log).isNew()).isFalse();
    assertThat(signatures.sign(image, KEY, null).isNew()).isFalse();
    assertThat(rekor.requests()).containsExactly("POST /api/v1/log/entries");

    registry.putManifest(NAME, tag, MediaTypes.OCI_MANIFEST, image("gone"));
    assertThat(signatures.sign(image, KEY, log).entry()).isEqualTo(signed.entry());
    assertThat(rekor.requests()).hasSize(3).last().asString().startsWith("GET /api/v1/log/ent");
    assertThat(rekor.size()).isEqualTo(1);
  }

  private byte[] image(String layer) throws IOException {
    return registry.putImage(NAME, "other", layer.getBytes(UTF_8)).toBytes();
  }

  @Test
  void aSignatureThatIsNotInTheLogIsMadeAgainForIt() throws IOException {
    signatures.sign(image, KEY, null);
    assertThat(signatures.sign(image, KEY, log).isNew()).isTrue();
    assertThat(attached().layers()).hasSize(2);
    assertThat(signatures.sign(image, KEY, log).isNew()).isFalse();
  }

  @Test
  void aFailingLogIsRetried() throws IOException {
    rekor.failNext(2);
    assertThat(signatures.sign(image, KEY, log).entry()).isPresent();
    rekor.failNext(3);
    assertThatThrownBy(() -> signatures.sign(image, OTHER, log))
        .isInstanceOf(RegistryException.class)
        .hasMessageStartingWith("entering the signature into the transparency log " + rekor.url());
    assertThat(attached().layers()).hasSize(1);
  }

  @Test
  void anEntryOfAnotherSignatureIsRefused() throws IOException {
    LogEntry other =
        log.add(ImageSignature.make(new Payload("a.io/b", image.digest()), KEY), PUBLIC);
    JsonObject entry =
        JsonObject.EMPTY
            .with("body", other.body())
            .with("integratedTime", other.integratedTime())
            .with("logIndex", other.logIndex())
            .with("logID", other.logId())
            .with("verification", JsonObject.EMPTY.with("signedEntryTimestamp", other.timestamp()));
    registry.failAll(
        "POST /api/v1/log/entries",
        Fault.status(201, JsonObject.EMPTY.with("1", entry).toString()));
    URI address = URI.create(registry.url());
    try (TransparencyLog confused = new TransparencyLog(address, SETTINGS, Progress.SILENT)) {
      assertThatThrownBy(() -> signatures.sign(image, KEY, confused))
          .isInstanceOf(RegistryException.class)
          .hasMessage(
              "entering the signature into the transparency log %s: expected its entry, but its"
                  + " entry in the transparency log belongs to another signature",
              address);
    }
    assertThat(registry.tags(NAME)).containsExactly("x");
  }

  @Test
  void aMalformedLogAddressIsRefused() {
    URI elsewhere = URI.create(registry.url() + "/nowhere/");
    try (TransparencyLog none = new TransparencyLog(elsewhere, SETTINGS, Progress.SILENT)) {
      assertThatThrownBy(() -> signatures.sign(image, KEY, none))
          .isInstanceOf(RegistryException.class)
          .hasMessageStartingWith(
              "entering the signature into the transparency log "
                  + elsewhere
                  + ": expected an entry, got 404: ");
    }
    for (String address : List.of("rekor.sigstore.dev", "ftp://a.io", "https:/x")) {
      assertThatThrownBy(() -> new TransparencyLog(URI.create(address), SETTINGS, Progress.SILENT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "expected the address of a transparency log, such as https://rekor.sigstore.dev, got "
                  + address);
    }
    for (String address : List.of("https://me:s3cret@rekor.example", "https://me:s3cret@a_b")) {
      assertThatThrownBy(() -> new TransparencyLog(URI.create(address), SETTINGS, Progress.SILENT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "expected the address of a transparency log, such as https://rekor.sigstore.dev, got"
                  + " one with a login in it");
    }
  }

  @Test
  void aSha512DigestIsTooLongForTheTagOfASignature() throws IOException {
    Digest digest = Digest.Algorithm.SHA512.of("x".getBytes(UTF_8));
    Descriptor known = new Descriptor(MediaTypes.OCI_MANIFEST, digest, 1);
    assertThatThrownBy(() -> signatures.sign(known, KEY, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "signing "
                + digest
                + " in "
                + repository.name()
                + ": expected a digest short enough for the tag of its signature; sign the image"
                + " by its sha256 digest");
    assertThat(signatures.find(digest, PUBLIC)).isEmpty();
  }

  @Test
  void dockerHubIsNamedAsCosignNamesIt() {
    assertThat(Signatures.identity(RepositoryName.parse("docker.io/owner/os")))
        .isEqualTo("index.docker.io/owner/os");
    assertThat(Signatures.identity(RepositoryName.parse("ghcr.io/owner/os")))
        .isEqualTo("ghcr.io/owner/os");
  }

  /** Attaches an attestation as builds do: a bundle that is not a signature of the image. */
  private void attachBundle(String artifactType, String predicateType) throws IOException {
    byte[] bundle = predicateType.getBytes(UTF_8);
    Descriptor blob = Descriptor.of(SignatureBundle.MEDIA_TYPE, bundle);
    repository.upload(blob, bundle);
    repository.attach(
        image, artifactType, blob, Map.of("dev.sigstore.bundle.predicateType", predicateType));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.dev.sigstore.bundle.v0.3+json",
        "application/vnd.dev.sigstore.bundle+json;version=0.2",
        "application/vnd.oci.empty.v1+json"
      })
  void aSignatureUnderTheTagIsOverlookedBesideABundleOfAnotherKind(String artifactType)
      throws IOException {
    signatures.sign(image, KEY, null);
    assertThat(signatures.isOverlooked(image.digest(), PUBLIC)).isFalse();
    attachBundle(artifactType, "https://slsa.dev/provenance/v1");
    assertThat(signatures.isOverlooked(image.digest(), PUBLIC)).isTrue();
    assertThat(signatures.find(image.digest(), PUBLIC))
        .extracting(FoundSignature::form)
        .containsExactly(Form.TAG);
    signatures.signByBundle(image, KEY, Instant.EPOCH);
    assertThat(signatures.isOverlooked(image.digest(), PUBLIC)).isFalse();
    assertThat(signatures.isOverlooked(image.digest(), OTHER.verificationKey())).isTrue();
  }

  @Test
  void aSignatureUnderTheTagIsNotOverlookedBesideAnotherArtifact() throws IOException {
    signatures.sign(image, KEY, null);
    byte[] sbom = "{}".getBytes(UTF_8);
    Descriptor blob = Descriptor.of("application/spdx+json", sbom);
    repository.upload(blob, sbom);
    repository.attach(image, "application/spdx+json", blob, Map.of());
    assertThat(signatures.isOverlooked(image.digest(), PUBLIC)).isFalse();
  }

  @Test
  void anAttachedArtifactIsFound() throws IOException {
    byte[] note = "a note".getBytes(UTF_8);
    Descriptor blob = Descriptor.of("text/plain", note);
    repository.upload(blob, note);
    Descriptor artifact = repository.attach(image, "application/x.note", blob, Map.of("a", "b"));
    Manifest manifest = repository.manifest(artifact);
    assertThat(manifest.subject()).contains(image);
    assertThat(manifest.annotations()).containsEntry("a", "b");
    assertThat(repository.read(manifest.layers().get(0), "note", 100)).isEqualTo(note);
    assertThat(repository.referrers(image.digest()))
        .extracting(Descriptor::digest)
        .containsExactly(artifact.digest());
    assertThat(signatures.find(image.digest(), PUBLIC)).isEmpty();
    Digest unknown = new Digest("b".repeat(64));
    assertThatThrownBy(() -> repository.resolve(unknown.toString(), "docker://x"))
        .hasMessage(
            "opening docker://x: "
                + repository.name()
                + " has no "
                + unknown
                + "; its last tags are x");
  }
}
