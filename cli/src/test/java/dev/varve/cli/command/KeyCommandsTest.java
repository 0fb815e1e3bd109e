package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.TypedAnswers;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;

/** Tests of the commands that generate and read keys, and of keys that signing refuses. */
final class KeyCommandsTest extends SigningTestBase {
  @Test
  void thePrivateKeyIsReadableByItsOwnerOnly() throws IOException {
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
  void keysAreReportedInJson() throws IOException {
    JsonObject made =
        cli.run("generate-key-pair", "--output-key-prefix", "DIR/new", "--json", "-q").json();
    assertThat(made.string("privateKey")).isEqualTo("DIR/new.key");
    assertThat(made.string("publicKey")).isEqualTo("DIR/new.pub");
    JsonObject read = cli.run("public-key", "--key", "DIR/new.key", "--json").json();
    assertThat(read.string("publicKey")).isEqualTo(Files.readString(directory.resolve("new.pub")));
    assertThat(read.string("fingerprint")).isEqualTo(made.string("fingerprint"));
  }

  /** A link to itself can't be looked up, like a key on a disk that fails. */
  @Test
  void aKeyThatCantBeLookedUpIsNotOverwritten() throws IOException {
    Path key = directory.resolve("unreadable.key");
    Files.createSymbolicLink(key, key);
    Run run = cli.run("generate-key-pair", "--output-key-prefix", "DIR/unreadable");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("DIR/unreadable.key: too many levels of symbolic links");
    assertThat(key).isSymbolicLink();
    assertThat(directory.resolve("unreadable.pub")).doesNotExist();
  }

  @Test
  void aPublicKeyIsWrittenToTheGivenFile() throws IOException {
    assertThat(cli.run("public-key", "--key", "DIR/main.key", "--outfile", "DIR/out.pub"))
        .isEqualTo(new Run(0, "", ""));
    assertThat(directory.resolve("out.pub")).hasSameTextualContentAs(keys.resolve("main.pub"));
  }

  @Test
  void aPublicKeyNeverOverwritesThePrivateKey() throws IOException {
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
  void existingKeysAreOverwrittenByForceOnly() throws IOException {
    String before = Files.readString(directory.resolve("main.key"));
    String[] line = {"generate-key-pair", "--output-key-prefix", "DIR/main"};
    expect(
        cli.run(line),
        1,
        "DIR/main.key exists already; --force overwrites the key pair, which is lost");
    Files.delete(directory.resolve("main.key"));
    expect(
        cli.run(line),
        1,
        "DIR/main.pub exists already; --force overwrites the key pair, which is lost");
    Files.writeString(directory.resolve("main.key"), before);
    assertThat(cli.run(line[0], line[1], line[2], "--force").exitCode()).isZero();
    assertThat(directory.resolve("main.key")).content().isNotEqualTo(before);
  }

  @Test
  void aNewPasswordIsTypedTwiceOrReadFromTheStandardInput() {
    Cli asking = new Cli(directory);
    String[] line = {"generate-key-pair", "--output-key-prefix", "DIR/new"};
    expect(
        asking.withAnswers(TypedAnswers.of("one", "two")).run(line),
        1,
        "choosing a password: the two typed passwords differ");
    assertThat(directory.resolve("new.key")).doesNotExist();
    assertThat(asking.withAnswers(TypedAnswers.of("one", "one")).run(line).exitCode()).isZero();
    String[] use = {"public-key", "--key", "DIR/new.key"};
    assertThat(asking.withAnswers(TypedAnswers.of("one")).run(use).exitCode()).isZero();
    assertThat(asking.withAnswers(TypedAnswers.ofStandardInput("one")).run(use).exitCode())
        .isZero();
    assertThat(asking.withAnswers(TypedAnswers.ofStandardInput("one\n")).run(use).exitCode())
        .isZero();
    assertThat(
            asking
                .withAnswers(TypedAnswers.ofStandardInput("three\n"))
                .run(line[0], line[1], line[2], "--force")
                .err())
        .isEqualTo("the private key is in DIR/new.key, the public one in DIR/new.pub\n");
    assertThat(asking.withAnswers(TypedAnswers.of("three")).run(use).exitCode()).isZero();
  }

  @Test
  void anEmptyPasswordIsAcceptedWithANote() {
    Run run =
        new Cli(directory)
            .with(PASSWORD, "")
            .run("generate-key-pair", "--output-key-prefix", "DIR/new");
    assertThat(run.lines().get(0))
        .isEqualTo(
            "note: the password is empty: everybody with access to the private key can use it");
    assertThat(
            new Cli(directory)
                .with(PASSWORD, "")
                .withAnswers(TypedAnswers.of("unused"))
                .run("public-key", "--key", "DIR/new.key")
                .exitCode())
        .isZero();
  }

  @Test
  void aWrongPasswordIsReportedWithItsOrigin() {
    String wrong =
        "decrypting the key DIR/main.key: the password is wrong, or the key is damaged; it came"
            + " from ";
    String[] line = {"public-key", "--key", "DIR/main.key"};
    expect(new Cli(directory).with(PASSWORD, "no").run(line), 1, wrong + PASSWORD);
    expect(new Cli(directory).with(PASSWORD, "").run(line), 1, wrong + PASSWORD);
    expect(
        new Cli(directory).withAnswers(TypedAnswers.of("no")).run(line), 1, wrong + "the terminal");
    expect(
        new Cli(directory).withAnswers(TypedAnswers.ofStandardInput("no\n")).run(line),
        1,
        wrong + "the standard input");
    expect(
        new Cli(directory).run(line),
        1,
        wrong
            + "the standard input, which is empty; there is no terminal, and"
            + " COSIGN_PASSWORD is not set");
    expect(
        cli.with(PASSWORD, "no").run("sign", "--key", "DIR/main.key", pinned), 1, wrong + PASSWORD);
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void aMalformedOrMissingKeyIsReported() throws IOException {
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
            + "PEM without its line breaks, which an unquoted shell variable or a secret pasted"
            + " as one line loses; keep the line breaks of the file"
      },
      {"DIR/none", "reading the key DIR/none: there is no DIR/none"},
      {"env://NONE", "reading the key env://NONE: the environment variable is not set"},
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
        "--key FILE or env://NAME is missing; varve generate-key-pair generates a key");
  }

  @Test
  void aKeyWithoutPasswordIsAcceptedByOptionOnly() {
    expect(
        cli.run("sign", "--key", "env://MAIN", pinned),
        1,
        "reading the key env://MAIN: expected a key with a password, got one without, which"
            + " everybody with access to it can use; --allow-unencrypted-key accepts it");
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
}
