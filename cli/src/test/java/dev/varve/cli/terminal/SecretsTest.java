package dev.varve.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretsTest {
  private static final String MARKER = "SecretMarker";

  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void writeImage() throws IOException {
    cli =
        new Cli(directory)
            .with("GITHUB_ACTIONS", "true")
            .with("GITHUB_OUTPUT", directory.resolve("output").toString())
            .with("GITHUB_STEP_SUMMARY", directory.resolve("summary").toString());
    new Sample().file("a", "1").withState().writeTo(directory.resolve("os"), "1");
  }

  private void expectNoMarker(Run run) throws IOException {
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.out() + run.err()).isNotEmpty().doesNotContainIgnoringCase(MARKER);
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.UTF_8))
            .as(file.toString())
            .doesNotContain(MARKER);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect LOGIN",
        "diff oci:DIR/os:1 LOGIN",
        "plan show LOGIN",
        "plan export LOGIN",
        "index show LOGIN",
        "index create oci:DIR/x LOGIN",
        "verify-content oci:DIR/os:1 LOGIN",
        "changelog oci:DIR/os:1 LOGIN",
        "rechunk oci:DIR/os:1 LOGIN",
        "rechunk oci:DIR/os:1 oci:DIR/out --prev=LOGIN",
        "copy LOGIN oci:DIR/x",
        "copy oci:DIR/os:1 LOGIN",
        "publish oci:DIR/os:1 LOGIN --json",
        "publish oci:DIR/os:1 docker://localhost:1/os --json LOGIN",
        "tags LOGIN",
        "prev-ref LOGIN",
        "verify LOGIN --key DIR/none",
        "sign LOGIN --key DIR/none",
        "attach LOGIN DIR/os/index.json",
        "policy LOGIN -o DIR/policy",
        "login LOGIN -u me -p x",
        "logout LOGIN",
      })
  void aLoginInAReferenceIsCutFromEveryMessage(String line) throws IOException {
    for (String login :
        List.of(
            "docker://me:" + MARKER + "@localhost:1/owner/os",
            "docker://" + MARKER + "@localhost:1/owner/os:x",
            "docker://me:a/" + MARKER + "@b@localhost:1/owner/os",
            "https://me:" + MARKER + "@localhost:1/owner/os",
            "me:" + MARKER + "@localhost:1/owner/os:x")) {
      List<String> arguments = new ArrayList<>();
      for (String argument : line.split(" ", -1)) {
        arguments.add(argument.replace("LOGIN", login));
      }
      expectNoMarker(cli.run(arguments.toArray(String[]::new)));
      arguments.add("--debug");
      expectNoMarker(cli.run(arguments.toArray(String[]::new)));
    }
  }

  @Test
  void aLoginInAReferenceIsRefusedWithAdvice() {
    Run run = cli.run("inspect", "docker://me:" + MARKER + "@localhost:1/os");
    assertThat(run.err())
        .isEqualTo(
            "varve: expected docker://HOST/PATH[:TAG][@DIGEST], got a login in it:"
                + " \"docker://***@localhost:1/os\"; use varve login HOST, or --creds"
                + " USER:PASSWORD\n");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sign localhost:1/os --key KEY",
        "sign localhost:1/os --key=KEY",
        "verify localhost:1/os --key KEY",
        "verify localhost:1/os --key DIR/none --rekor-public-key KEY",
        "publish oci:DIR/os:1 docker://localhost:1/os --json --key KEY",
        "index create docker://localhost:1/os oci:DIR/os:1 --key KEY",
        "public-key --key KEY",
        "policy localhost:1/os -o DIR/policy --key KEY",
        "inspect KEY",
        "sign KEY",
      })
  void aKeyInPlaceOfItsNameIsNeverShown(String line) throws IOException {
    String body = MARKER + "BhbQ".repeat(20);
    String pem =
        "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n"
            + body
            + "\n"
            + body
            + "\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n";
    List<String> forms =
        new ArrayList<>(List.of(pem, pem.replace("\n", " "), pem.replace("\n", "")));
    if (line.contains("--key") && !line.startsWith("policy")) {
      forms.addAll(List.of(body, body + "\n" + body, "{\"kdf\":\"" + MARKER + "\"}"));
      forms.addAll(List.of("env://" + pem, "env://" + body));
    }
    for (String key : forms) {
      List<String> arguments = new ArrayList<>();
      for (String argument : line.split(" ", -1)) {
        arguments.add(argument.replace("KEY", key));
      }
      expectNoMarker(cli.run(arguments.toArray(String[]::new)));
      arguments.add("--debug");
      expectNoMarker(cli.run(arguments.toArray(String[]::new)));
    }
  }

  @Test
  void aKeyInsteadOfItsNameIsRefusedWithAdvice() {
    assertThat(cli.run("public-key", "--key=-----BEGIN PRIVATE KEY-----\nMarker\n").err())
        .isEqualTo(
            "varve: --key: expected FILE or env://NAME, got a text that looks like the key itself;"
                + " put the key into an environment variable, and use env://NAME\n");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "docker://ghcr.io/owner/os:40, none",
        "docker://localhost:5000/os@sha256:0123456789abcdef0123456789abcdef, none",
        "docker://localhost:5000/os@sha256:bad, none",
        "ghcr.io/owner/os@junk, none",
        "oci:dir@home:tag, none",
        "oci-archive:/a/b@c.tar:x, none",
        "maintainer=a:b@example.org, none",
        "me:pw, none",
        "docker://token@ghcr.io/owner/os, token@",
        "docker://me:p@w/x@ghcr.io/owner/os:40@sha256:0123456789abcdef0123456789abcdef, me:p@w/x@",
        "https://me:pw@localhost:5000, me:pw@",
        "me:pw@ghcr.io, me:pw@",
        "containers-storage:me:pw@ghcr.io/owner/os, me:pw@",
      })
  void loginsAreFoundInReferences(String text, String login) {
    assertThat(Secrets.login(text)).isEqualTo(Optional.ofNullable(login));
  }

  @Test
  void loginsInUrlsAndSignedQueriesAreCut() {
    assertThat(Secrets.NONE.cut("connecting to http://me:pw@proxy:3128 and https://a.b/c?X=1"))
        .isEqualTo("connecting to http://***@proxy:3128 and https://a.b/c?X=1");
    assertThat(Secrets.NONE.cut("getting https://s3.test/a?x=1&X-Amz-Signature=abc, failed"))
        .isEqualTo("getting https://s3.test/a?*** failed");
    assertThat(Secrets.NONE.cut("docker://host/a@sha256:12 is docker://host:5000/b@sha256:34"))
        .isEqualTo("docker://host/a@sha256:12 is docker://host:5000/b@sha256:34");
  }
}
