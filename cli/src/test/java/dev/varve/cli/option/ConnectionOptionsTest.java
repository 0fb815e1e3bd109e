package dev.varve.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.registry.http.HttpSettings;
import dev.varve.runner.VarveVersion;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class ConnectionOptionsTest {
  @Command
  private static final class Connecting {
    @Mixin ConnectionOptions connection;
  }

  private static HttpSettings settings(Map<String, String> environment, String... args) {
    Connecting command = new Connecting();
    new CommandLine(command).parseArgs(args);
    return command.connection.settings(environment);
  }

  @Test
  void tlsIsVerifiedByDefault() {
    HttpSettings settings = settings(Map.of("HTTPS_PROXY", "http://p"));
    assertThat(settings.tlsVerify()).isTrue();
    assertThat(settings.allPlain()).isFalse();
    assertThat(settings.plainHosts()).isEmpty();
    assertThat(settings.certificates()).isEmpty();
    assertThat(settings.environment()).containsEntry("HTTPS_PROXY", "http://p");
    assertThat(settings.userAgent()).isEqualTo("varve/" + VarveVersion.get());
  }

  @Test
  void tlsVerifyIsWrittenAsForPodman() {
    assertThat(settings(Map.of(), "--tls-verify=false").tlsVerify()).isFalse();
    assertThat(settings(Map.of(), "--tls-verify=true").tlsVerify()).isTrue();
    assertThat(settings(Map.of(), "--tls-verify").tlsVerify()).isTrue();
  }

  @Test
  void plainHttpIsForAllHostsOrSome() {
    assertThat(settings(Map.of(), "--plain-http").allPlain()).isTrue();
    assertThat(settings(Map.of("VARVE_PLAIN_HTTP", "localhost:5000, a.io,")).plainHosts())
        .containsExactlyInAnyOrder("localhost:5000", "a.io");
  }

  @Test
  void certificatesComeFromADirectory() {
    assertThat(settings(Map.of(), "--cert-dir", "/etc/certs").certificates())
        .contains(Path.of("/etc/certs"));
  }
}
