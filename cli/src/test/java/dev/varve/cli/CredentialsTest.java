package dev.varve.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.RecordedRequest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a login given to a command is sent only to the registry that it is for. */
final class CredentialsTest {
  @TempDir private Path directory;
  private FakeRegistry from;
  private FakeRegistry to;
  private String source;
  private String destination;
  private Cli cli;

  @BeforeEach
  void start() throws IOException {
    from = FakeRegistry.start();
    to = FakeRegistry.start();
    from.putImage("owner/os", "40", "layer".getBytes(UTF_8));
    source = "docker://" + from.host() + "/owner/os:40";
    destination = "docker://" + to.host() + "/owner/os:40";
    cli = new Cli(directory);
  }

  @AfterEach
  void stop() throws IOException {
    from.close();
    to.close();
  }

  private static void done(Run run) {
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private static boolean sawLogin(FakeRegistry registry) {
    return registry.requests().stream().anyMatch(RecordedRequest::authorized);
  }

  private Run wrong(String message) {
    return new Run(2, "", "varve: " + message + "\n");
  }

  @Test
  void credsAreForTheDestination() throws IOException {
    from.access().basic("me", "s3cret");
    to.access().bearer("me", "s3cret");
    Run run = cli.run("copy", "-q", source, destination, "--creds", "me:s3cret");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err())
        .contains("no login for " + from.host() + "/owner/os in DIR/containers/auth.json")
        .doesNotContain("s3cret");
    assertThat(sawLogin(from)).isFalse();
    cli.run("login", from.host(), "-u", "me", "-p", "s3cret");
    done(cli.run("copy", "-q", source, destination, "--creds", "me:s3cret"));
    assertThat(to.tags("owner/os")).containsExactly("40");
  }

  @Test
  void theLoginInTheVariablesIsForTheDestination() {
    to.access().basic("me", "s3cret");
    from.access().basic("me", "s3cret");
    cli.with("VARVE_USERNAME", "me").with("VARVE_PASSWORD", "s3cret");
    Run run = cli.run("copy", "-q", source, destination);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(sawLogin(from)).isFalse();
    done(cli.run("copy", "-q", source, "oci:DIR/os"));
    assertThat(sawLogin(from)).isTrue();
  }

  @Test
  void credsAreForTheOnlyRegistryOfACommand() {
    from.access().basic("me", "s3cret");
    done(cli.run("copy", "-q", source, "oci:DIR/os", "--creds", "me:s3cret"));
    done(cli.run("index", "show", source, "--creds", "me:s3cret"));
    done(cli.run("tags", from.host() + "/owner/os", "--creds", "me:s3cret"));
  }

  @Test
  void sourceAndDestinationMayHaveSeparateCreds() {
    from.access().basic("reader", "r3ad");
    to.access().bearer("writer", "wr1te");
    String[] creds = {"--src-creds", "reader:r3ad", "--dest-creds", "writer:wr1te"};
    done(cli.run("copy", "-q", source, destination, creds[0], creds[1], creds[2], creds[3]));
    done(
        cli.run(
            "index", "create", "-q", destination, source, creds[0], creds[1], creds[2], creds[3]));
    done(cli.run("copy", "-q", source, destination, creds[0], creds[1], "--creds", "writer:wr1te"));
  }

  @Test
  void sourceAndDestinationMayBeInOneRegistry() {
    from.access().basic("writer", "wr1te");
    String other = "docker://" + from.host() + "/other/os:40";
    Run run = cli.run("copy", source, other, "--src-creds", "x:y", "--dest-creds", "writer:wr1te");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("the login was user x from --src-creds");
    done(cli.run("copy", "-q", source, other, "--creds", "writer:wr1te"));
  }

  @Test
  void credsForNoneOrSeveralRegistriesAreRefused() {
    for (String[] line :
        new String[][] {
          {"inspect", "oci:DIR/os"}, {"copy", "oci:DIR/os", "oci:DIR/to"}, {"version-tag"}
        }) {
      String[] arguments = java.util.Arrays.copyOf(line, line.length + 2);
      arguments[line.length] = "--creds";
      arguments[line.length + 1] = "me:s3cret";
      assertThat(cli.run(arguments))
          .isEqualTo(wrong("--creds: expected one registry for the login, got none"));
    }
    assertThat(cli.run("diff", source, destination, "--creds", "me:s3cret"))
        .isEqualTo(
            wrong(
                "--creds: expected one registry for the login, got "
                    + from.host()
                    + ", "
                    + to.host()
                    + "; varve login stores a login for each"));
    assertThat(cli.run("copy", "oci:DIR/os", destination, "--src-creds", "me:s3cret"))
        .isEqualTo(wrong("--src-creds: expected one registry for the login, got none"));
    assertThat(cli.run("copy", source, "oci:DIR/os", "--dest-creds", "me:s3cret"))
        .isEqualTo(wrong("--dest-creds: expected one registry for the login, got none"));
    assertThat(cli.run("copy", source, destination, "--creds", "me:s3cret", "--dest-creds", "me:x"))
        .isEqualTo(wrong("--creds: another option has a login to " + to.host()));
  }

  @Test
  void aNoteSaysThatTheVariablesAreNotUsed() {
    cli.with("VARVE_USERNAME", "me").with("VARVE_PASSWORD", "s3cret");
    Run run = cli.run("diff", "-q", source, destination);
    assertThat(run.lines())
        .startsWith(
            "note: the login in VARVE_USERNAME is not used, because the command line has several registries: "
                + from.host()
                + ", "
                + to.host());
    assertThat(cli.run("version-tag")).isEqualTo(new Run(0, "40-20251011\n", ""));
  }

  @Test
  void oneVariableWithoutTheOtherIsRefused() {
    cli.with("VARVE_USERNAME", "me");
    assertThat(cli.run("tags", from.host() + "/owner/os"))
        .isEqualTo(
            wrong(
                "finding a login: VARVE_USERNAME is set, but VARVE_PASSWORD is not; set both or"
                    + " none"));
  }
}
