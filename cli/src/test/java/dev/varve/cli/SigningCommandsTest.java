package dev.varve.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.FakeTransparencyLog;
import dev.varve.registry.fake.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code varve sign}, {@code verify}, {@code attach} and what makes and reads keys. */
final class SigningCommandsTest {
  private static final String NAME = "owner/os";
  private static final String PASSWORD = "COSIGN_PASSWORD";

  /** Keys, which take a moment to be made, for all tests. */
  @TempDir private static Path keys;

  @TempDir private Path directory;
  private FakeRegistry registry;
  private Cli cli;
  private Digest image;
  private String pinned;

  /** Keys that no password protects: to open one that is protected takes a moment. */
  private static final Map<String, String> PLAIN = new HashMap<>();

  @BeforeAll
  static void makeKeys() throws GeneralSecurityException {
    Run run =
        new Cli(keys)
            .with(PASSWORD, "s3cret")
            .run("generate-key-pair", "--output-key-prefix", "DIR/main");
    assertThat(run)
        .isEqualTo(
            new Run(0, "", "the private key is in DIR/main.key, the public one in DIR/main.pub\n"));
    for (String name : new String[] {"MAIN", "OTHER"}) {
      KeyPair pair = newKey("secp256r1");
      PLAIN.put(name, pem("PRIVATE KEY", pair.getPrivate()));
      PLAIN.put(name + "_PUB", pem("PUBLIC KEY", pair.getPublic()));
    }
  }

  private static KeyPair newKey(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static String pem(String type, Key key) {
    String base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, base64);
  }

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    cli = new Cli(directory).with(PASSWORD, "s3cret");
    PLAIN.forEach(cli::with);
    for (String file : new String[] {"main.key", "main.pub"}) {
      Files.copy(keys.resolve(file), directory.resolve(file));
    }
    image = registry.putImage(NAME, "latest", new byte[] {1}).descriptor().digest();
    pinned = registry.host() + "/" + NAME + "@" + image;
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  private Run sign(String reference, String... options) {
    return signWith("MAIN", reference, options);
  }

  private Run signWith(String key, String reference, String... options) {
    List<String> line = new ArrayList<>(List.of("sign", "--key", "env://" + key));
    line.addAll(List.of("--allow-unencrypted-key", reference));
    line.addAll(List.of(options));
    return cli.run(line.toArray(String[]::new));
  }

  private Run verify(String reference, String... options) {
    List<String> line = new ArrayList<>(List.of("verify", "--key", "env://MAIN_PUB", reference));
    line.addAll(List.of(options));
    return cli.run(line.toArray(String[]::new));
  }

  private static void expect(Run run, int code, String message) {
    assertThat(run).isEqualTo(new Run(code, "", "varve: " + message + "\n"));
  }

  private String fingerprint() throws IOException {
    return sign(pinned, "--json").json().string("key");
  }

  @Test
  void keysAreForTheirOwnerAndTheWorld() throws IOException {
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve("main.key"))))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve("main.pub"))))
        .isEqualTo("rw-r--r--");
    assertThat(keys.resolve("main.key")).content().doesNotContain("s3cret");
    assertThat(cli.run("public-key", "--key", "DIR/main.key"))
        .isEqualTo(new Run(0, Files.readString(keys.resolve("main.pub")), ""));
  }

  @Test
  void machinesAreToldOfKeysInJson() throws IOException {
    JsonObject made =
        cli.run("generate-key-pair", "--output-key-prefix", "DIR/new", "--json", "-q").json();
    assertThat(made.string("privateKey")).isEqualTo("DIR/new.key");
    assertThat(made.string("publicKey")).isEqualTo("DIR/new.pub");
    JsonObject read = cli.run("public-key", "--key", "DIR/new.key", "--json").json();
    assertThat(read.string("publicKey")).isEqualTo(Files.readString(directory.resolve("new.pub")));
    assertThat(read.string("fingerprint")).isEqualTo(made.string("fingerprint"));
  }

  @Test
  void aPublicKeyIsWrittenWhereItIsAskedFor() throws IOException {
    assertThat(cli.run("public-key", "--key", "DIR/main.key", "--outfile", "DIR/out.pub"))
        .isEqualTo(new Run(0, "", ""));
    assertThat(directory.resolve("out.pub")).hasSameTextualContentAs(keys.resolve("main.pub"));
  }

  @Test
  void aPublicKeyNeverTakesThePlaceOfThePrivateOne() throws IOException {
    String before = Files.readString(directory.resolve("main.key"));
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("main.key"));
    for (String file : new String[] {"DIR/main.key", "DIR/link"}) {
      expect(
          cli.run("public-key", "--key", "DIR/main.key", "--outfile", file),
          2,
          "--outfile: expected a file for the public key, got \"%s\", which holds the private key"
              .formatted(file));
    }
    assertThat(directory.resolve("main.key")).hasContent(before);
  }

  @Test
  void keysThatAreThereAreNotOverwrittenUnlessByForce() throws IOException {
    String before = Files.readString(directory.resolve("main.key"));
    String[] line = {"generate-key-pair", "--output-key-prefix", "DIR/main"};
    expect(
        cli.run(line),
        1,
        "DIR/main.key is there already; --force writes over it: the keys that"
            + " are there are lost then");
    Files.delete(directory.resolve("main.key"));
    expect(
        cli.run(line),
        1,
        "DIR/main.pub is there already; --force writes over it: the keys that"
            + " are there are lost then");
    Files.writeString(directory.resolve("main.key"), before);
    assertThat(cli.run(line[0], line[1], line[2], "--force").exitCode()).isZero();
    assertThat(directory.resolve("main.key")).content().isNotEqualTo(before);
  }

  @Test
  void aNewPasswordIsTypedTwiceOrReadFromTheStandardInput() {
    Cli asking = new Cli(directory);
    String[] line = {"generate-key-pair", "--output-key-prefix", "DIR/new"};
    expect(
        asking.answering(Typing.typing("one", "two")).run(line),
        1,
        "choosing a password: the two that were typed differ");
    assertThat(directory.resolve("new.key")).doesNotExist();
    assertThat(asking.answering(Typing.typing("one", "one")).run(line).exitCode()).isZero();
    String[] use = {"public-key", "--key", "DIR/new.key"};
    assertThat(asking.answering(Typing.typing("one")).run(use).exitCode()).isZero();
    assertThat(asking.answering(Typing.input("one")).run(use).exitCode()).isZero();
    assertThat(asking.answering(Typing.input("one\n")).run(use).exitCode()).isZero();
    assertThat(
            asking
                .answering(Typing.input("three\n"))
                .run(line[0], line[1], line[2], "--force")
                .err())
        .isEqualTo("the private key is in DIR/new.key, the public one in DIR/new.pub\n");
    assertThat(asking.answering(Typing.typing("three")).run(use).exitCode()).isZero();
  }

  @Test
  void anEmptyPasswordIsOneAndIsToldOf() {
    Run run =
        new Cli(directory)
            .with(PASSWORD, "")
            .run("generate-key-pair", "--output-key-prefix", "DIR/new");
    assertThat(run.lines().get(0))
        .isEqualTo("note: the password is empty: everybody who sees the private key can use it");
    assertThat(
            new Cli(directory)
                .with(PASSWORD, "")
                .answering(Typing.typing("unused"))
                .run("public-key", "--key", "DIR/new.key")
                .exitCode())
        .isZero();
  }

  @Test
  void aWrongPasswordIsToldWithWhereItCameFrom() {
    String wrong =
        "decrypting the key DIR/main.key: the password is wrong, or the key is damaged; it came"
            + " from ";
    String[] line = {"public-key", "--key", "DIR/main.key"};
    expect(new Cli(directory).with(PASSWORD, "no").run(line), 1, wrong + PASSWORD);
    expect(new Cli(directory).with(PASSWORD, "").run(line), 1, wrong + PASSWORD);
    expect(new Cli(directory).answering(Typing.typing("no")).run(line), 1, wrong + "the terminal");
    expect(
        new Cli(directory).answering(Typing.input("no\n")).run(line),
        1,
        wrong + "the standard input");
    expect(
        new Cli(directory).run(line),
        1,
        wrong
            + "the standard input, which is empty; there is no terminal to ask on, and"
            + " COSIGN_PASSWORD is not set");
    expect(
        cli.with(PASSWORD, "no").run("sign", "--key", "DIR/main.key", pinned), 1, wrong + PASSWORD);
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void whatIsNoKeyIsToldSo() throws IOException {
    Files.writeString(directory.resolve("text"), "s3cret");
    Files.writeString(
        directory.resolve("spaces"), Files.readString(keys.resolve("main.key")).replace('\n', ' '));
    String expected = "expected a private key (PEM block \"ENCRYPTED SIGSTORE PRIVATE KEY\"), got ";
    String[][] cases = {
      {"DIR/text", "reading the key DIR/text: " + expected + "no PEM"},
      {"DIR/main.pub", "reading the key DIR/main.pub: " + expected + "\"PUBLIC KEY\""},
      {
        "DIR/spaces",
        "reading the key DIR/spaces: "
            + expected
            + "one that has lost its line breaks, as a variable does that a shell splits, or a"
            + " secret that was pasted into one line; keep them as they are in the file"
      },
      {"DIR/none", "reading the key DIR/none: there is no DIR/none"},
      {"env://NONE", "reading the key env://NONE: the environment has no variable of that name"},
    };
    for (String[] each : cases) {
      expect(cli.run("public-key", "--key", each[0]), 1, each[1]);
    }
    expect(
        cli.run("verify", "--key", "DIR/main.key", pinned),
        1,
        "reading the key DIR/main.key: expected a public key (PEM block \"PUBLIC KEY\"), got"
            + " \"ENCRYPTED SIGSTORE PRIVATE KEY\"");
    for (String place : new String[] {"awskms://alias/x", "env://", ""}) {
      expect(
          cli.run("public-key", "--key", place),
          2,
          "--key: expected FILE or env://NAME, got \"" + place + "\"");
    }
    expect(
        cli.run("sign", pinned),
        2,
        "--key FILE or env://NAME is missing; varve generate-key-pair makes a key");
  }

  @Test
  void aKeyWithoutPasswordIsTakenWhenAskedFor() {
    expect(
        cli.run("sign", "--key", "env://MAIN", pinned),
        1,
        "reading the key env://MAIN: expected a key under a password, got one that everybody can use"
            + " who sees it; --allow-unencrypted-key takes it all the same");
    assertThat(cli.run("sign", "--key", "DIR/main.key", pinned).exitCode()).isZero();
    assertThat(cli.run("verify", "--key", "DIR/main.pub", pinned).exitCode()).isZero();
  }

  @Test
  void aKeyOnAnotherCurveIsRefused() throws GeneralSecurityException {
    cli.with("P384", pem("PRIVATE KEY", newKey("secp384r1").getPrivate()));
    expect(
        signWith("P384", pinned),
        1,
        "reading the key env://P384: expected an ECDSA key on the curve P-256, got one on the curve"
            + " secp384r1");
  }

  @Test
  void whatIsSignedVerifies() throws IOException {
    Run signed = sign("docker://" + pinned);
    assertThat(signed.exitCode()).as(signed.err()).isZero();
    String key = fingerprint();
    assertThat(signed.err())
        .isEqualTo("signed " + pinned + " by the key " + key.substring(7, 19) + "\n");
    assertThat(verify(pinned))
        .isEqualTo(
            new Run(
                0,
                "verified %s: signed by the key %s\n  tag  as %s/%s\n"
                    .formatted(pinned, key, registry.host(), NAME),
                ""));
    Run json = verify(pinned, "--json");
    assertThat(json.json().toString())
        .isEqualTo(
            "{\"image\":\"%s\",\"digest\":\"%s\",\"key\":\"%s\",\"signatures\":[{\"form\":\"tag\",\"repository\":\"%s\"}]}"
                .formatted(pinned, image, key, registry.host() + "/" + NAME));
    assertThat(json.err()).isEmpty();
  }

  @Test
  void theSameSignatureIsNotMadeAgainAndAnotherIsAdded() throws IOException {
    String tag = "sha256-" + image.hex() + ".sig";
    sign(pinned);
    byte[] once = registry.manifest(NAME, tag).orElseThrow();
    Run again = sign(pinned, "--json");
    assertThat(again.err()).endsWith(", as before\n");
    assertThat(again.json().toString())
        .isEqualTo(
            "{\"key\":\"%s\",\"signed\":[{\"image\":\"%s\",\"isNew\":false}]}"
                .formatted(again.json().string("key"), pinned));
    assertThat(registry.manifest(NAME, tag)).contains(once);
    assertThat(signWith("OTHER", pinned).exitCode()).isZero();
    assertThat(Manifest.parse(registry.manifest(NAME, tag).orElseThrow(), tag).layers()).hasSize(2);
    assertThat(verify(pinned).exitCode()).isZero();
    assertThat(cli.run("verify", "--key", "env://OTHER_PUB", pinned).exitCode()).isZero();
  }

  @Test
  void aTagIsPinnedAndToldOf() {
    Run run = sign(registry.host() + "/" + NAME);
    assertThat(run.lines().get(0))
        .isEqualTo(
            "note: tag latest leads to "
                + image
                + " now; name the digest to be sure which image it is");
    assertThat(run.lines().get(1)).startsWith("signed " + pinned + " ");
    assertThat(verify("docker://" + registry.host() + "/" + NAME + ":latest").exitCode()).isZero();
  }

  @Test
  void whatIsNotSignedIsAFailedVerification() throws IOException {
    expect(
        verify(pinned),
        5,
        "verifying the signature of %s: expected a signature, got none: there is neither the tag"
                .formatted(pinned)
            + " sha256-"
            + image.hex()
            + ".sig nor a bundle");
    String key = fingerprint();
    Run wrong = cli.run("verify", "--key", "env://OTHER_PUB", pinned, "--json");
    assertThat(wrong.exitCode()).isEqualTo(5);
    assertThat(wrong.json().names()).containsExactly("error", "exitCode");
    assertThat(wrong.json().number("exitCode")).isEqualTo(5);
    assertThat(wrong.err()).isEqualTo("varve: " + wrong.json().string("error") + "\n");
    assertThat(wrong.err())
        .matches(
            "varve: verifying the signature of \\S+: expected one by the key sha256:[0-9a-f]{64},"
                + " got one that this key doesn't verify: another key made it, or it is of another"
                + " payload\n")
        .doesNotContain(key);
  }

  @Test
  void whatIsNotThereCanNeitherBeSignedNorVerified() {
    String missing = registry.host() + "/" + NAME + ":none";
    for (Run run : List.of(sign(missing), verify(missing))) {
      expect(
          run,
          1,
          "opening docker://%s: %s/%s has no tag none; its last tags are latest"
              .formatted(missing, registry.host(), NAME));
    }
    assertThat(sign("oci:DIR/x").exitCode()).isEqualTo(2);
    expect(sign("oci:DIR/x"), 2, "expected docker://HOST/PATH[:TAG][@DIGEST], got \"oci:DIR/x\"");
  }

  @Test
  void aRegistryThatRefusesIsToldOf() {
    registry.failAll("PUT /v2/owner/os/manifests/.*", Fault.error(403, "DENIED", "read only"));
    Run run = sign(pinned);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).startsWith("varve: pushing manifest sha256:").contains("read only");
  }

  private Digest index() throws IOException {
    Manifest first = registry.putImage(NAME, "a", new byte[] {2});
    Manifest second = registry.putImage(NAME, "b", new byte[] {3});
    String json =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s,%s]}"
            .formatted(
                MediaTypes.OCI_INDEX, first.descriptor().toJson(), second.descriptor().toJson());
    return registry.putManifest(NAME, "all", MediaTypes.OCI_INDEX, json.getBytes(UTF_8)).digest();
  }

  private List<String> signatureTags() {
    return registry.tags(NAME).stream().filter(tag -> tag.endsWith(".sig")).toList();
  }

  @Test
  void anIndexIsSignedAloneOrWithItsImages() throws IOException {
    Digest index = index();
    String reference = registry.host() + "/" + NAME + "@" + index;
    Run alone = sign(reference);
    assertThat(alone.lines().get(0))
        .isEqualTo(
            "note: docker://"
                + reference
                + " is an index, and only that is signed; --recursive signs its 2 images as well");
    assertThat(signatureTags()).containsExactly("sha256-" + index.hex() + ".sig");
    Run all = sign(reference, "--recursive", "--json");
    assertThat(all.json().objects("signed")).hasSize(3);
    assertThat(all.json().objects("signed").get(2).string("image")).isEqualTo(reference);
    assertThat(signatureTags()).hasSize(3);
    assertThat(verify(reference).exitCode()).isZero();
    assertThat(verify(registry.host() + "/" + NAME + ":b").exitCode()).isZero();
  }

  @Test
  void aBundleIsMadeBesideTheSignatureUnderTheTag() {
    assertThat(sign(pinned, "--bundle").err()).endsWith(", also as a bundle\n");
    assertThat(sign(pinned, "--bundle").err()).endsWith(", also as a bundle, as before\n");
    assertThat(verify(pinned).report())
        .containsSequence("  tag     as " + registry.host() + "/" + NAME, "  bundle");
  }

  @Test
  void aBundleOfAnotherKindMakesSigningAndVerifyingWarn() throws IOException {
    Path bundle = Files.writeString(directory.resolve("provenance.json"), "{}");
    Run attached =
        cli.run(
            "attach",
            pinned,
            bundle.toString(),
            "--artifact-type",
            "application/vnd.dev.sigstore.bundle.v0.3+json");
    assertThat(attached.exitCode()).as(attached.err()).isZero();
    String warning =
        "WARNING: "
            + pinned
            + " has a Sigstore bundle that is no signature by this key, such as an attestation:"
            + " cosign 3 reads bundles alone then, and refuses the signature under the tag; ";
    assertThat(sign(pinned).err()).endsWith(warning + "sign with --bundle, too\n");
    Run verified = verify(pinned);
    assertThat(verified.exitCode()).isZero();
    assertThat(verified.err()).endsWith(warning + "`varve sign --bundle` signs it in both forms\n");
    assertThat(sign(pinned, "--bundle").err()).doesNotContain("WARNING");
    assertThat(verify(pinned).err()).doesNotContain("WARNING");
  }

  @Test
  void theTransparencyLogIsToldWhenAskedFor() throws IOException {
    try (FakeTransparencyLog log = FakeTransparencyLog.start()) {
      Files.writeString(directory.resolve("log.pub"), log.publicKey());
      String url = log.url().toString();
      sign(pinned, "--rekor-url", url);
      sign(pinned, "--tlog-upload=false", "--rekor-url", url);
      assertThat(log.size()).isZero();
      Run unlogged = verify(pinned, "--rekor-public-key", "DIR/log.pub");
      assertThat(unlogged.exitCode()).isEqualTo(5);
      assertThat(unlogged.err())
          .startsWith(
              "varve: verifying the signature of "
                  + pinned
                  + ": the key made 1 signature, and none has an entry by the log of the key sha256:");

      Run run = sign(pinned, "--tlog-upload", "--rekor-url", url, "--json");
      assertThat(run.lines().get(0))
          .isEqualTo(
              "note: signatures, what they are of and the public key become public in "
                  + url
                  + ", for ever");
      assertThat(run.lines().get(1)).endsWith(", entry 0 of the log");
      assertThat(run.json().objects("signed").get(0).number("logIndex")).isZero();
      assertThat(log.size()).isEqualTo(1);
      assertThat(verify(pinned, "--rekor-public-key", "DIR/log.pub").report())
          .last()
          .isEqualTo("  tag  as " + registry.host() + "/" + NAME + "  entry 0 of the log");
      assertThat(verify(pinned, "--rekor-public-key", "env://MAIN_PUB").exitCode()).isEqualTo(5);
    }
    Run gone =
        sign(pinned, "--tlog-upload", "--rekor-url", "http://127.0.0.1:1", "--retry-times=0");
    assertThat(gone.exitCode()).as("it is in the log already").isZero();
  }

  @Test
  void aLogThatCannotBeReachedLeavesTheImageUnsigned() {
    Run gone =
        sign(pinned, "--tlog-upload", "--rekor-url", "http://127.0.0.1:1", "--retry-times=0");
    assertThat(gone.exitCode()).isEqualTo(4);
    assertThat(gone.lines())
        .last()
        .asString()
        .startsWith("varve: entering the signature into the transparency log http://127.0.0.1:1: ");
    assertThat(signatureTags()).isEmpty();
    assertThat(sign(pinned, "--tlog-upload", "--rekor-url", "rekor").exitCode()).isEqualTo(2);
  }

  @Test
  void aFileIsAttachedAndCanBeSigned() throws IOException {
    Files.writeString(directory.resolve("os.spdx.json"), "{}");
    String[] line = {
      "attach", pinned, "DIR/os.spdx.json", "--artifact-type", "application/spdx+json", "-a", "k=v"
    };
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEqualTo("attached DIR/os.spdx.json (2 B) to " + image + "\n");
    Digest artifact = Digest.parse(run.out().strip());
    Manifest manifest =
        Manifest.parse(registry.manifest(NAME, artifact.toString()).orElseThrow(), "artifact");
    assertThat(manifest.toString())
        .isEqualTo(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + "\"artifactType\":\"application/spdx+json\","
                + "\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\","
                + "\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\","
                + "\"size\":2},\"layers\":[{\"mediaType\":\"application/spdx+json\","
                + "\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\","
                + "\"size\":2,\"annotations\":{\"org.opencontainers.image.title\":\"os.spdx.json\"}}],"
                + "\"subject\":"
                + manifest.subject().orElseThrow().toJson()
                + ",\"annotations\":{\"k\":\"v\"}}");
    assertThat(manifest.subject().orElseThrow().digest()).isEqualTo(image);
    assertThat(cli.run(line).out()).isEqualTo(artifact + "\n");
    assertThat(cli.run(line[0], line[1], line[2], line[3], line[4], "--json").json().names())
        .containsExactly("artifact", "digest", "subject", "bytes");
    String sbom = registry.host() + "/" + NAME + "@" + artifact;
    assertThat(sign(sbom).exitCode()).isZero();
    assertThat(verify(sbom).exitCode()).isZero();
  }

  @Test
  void whatCannotBeAttachedIsToldSo() throws IOException {
    Files.writeString(directory.resolve("f"), "");
    expect(
        cli.run("attach", pinned, "DIR/f", "--artifact-type", "sbom"),
        2,
        "--artifact-type: expected a media type such as application/spdx+json, got \"sbom\"");
    expect(
        cli.run("attach", pinned, "DIR/f", "--artifact-type", "a/b", "--annotation", "x"),
        2,
        "--annotation: expected K=V, got \"x\"");
    expect(
        cli.run("attach", pinned, "DIR/none", "--artifact-type", "a/b"),
        1,
        "attaching DIR/none to " + pinned + ": there is no DIR/none");
  }
}
