package dev.varve.registry.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that podman and we read each other's auth files. */
@Tag("judge")
final class CredentialsJudgeTest {
  @TempDir private Path temp;
  private HttpServer registry;
  private String host;
  private Path path;

  @BeforeEach
  void setUp() throws IOException {
    try {
      new ProcessBuilder("podman", "--version").start().destroy();
    } catch (IOException e) {
      assumeTrue(false, "podman is not installed");
    }
    path = temp.resolve("auth.json");
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    host = "localhost:" + registry.getAddress().getPort();
    String expected =
        "Basic "
            + Base64.getEncoder().encodeToString("me:s3cret: ä".getBytes(StandardCharsets.UTF_8));
    registry.createContext(
        "/v2/",
        exchange -> {
          boolean known = expected.equals(exchange.getRequestHeaders().getFirst("Authorization"));
          if (!known) {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"test\"");
          }
          exchange.sendResponseHeaders(known ? 200 : 401, -1);
          exchange.close();
        });
    registry.start();
  }

  @AfterEach
  void tearDown() {
    if (registry != null) {
      registry.stop(0);
    }
  }

  private String podman(String input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("podman"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(command + "\n" + output).isZero();
    return output.strip();
  }

  private AuthFile file() {
    return new AuthFile(path, System.getenv());
  }

  private Optional<Login> find(String repository) throws IOException {
    return new AuthFiles(Map.of(), temp, Optional.of(path), Map.of()).find(host, repository);
  }

  @Test
  void podmanFindsStoredLogins() throws Exception {
    file().store(host, "me", "s3cret: ä");
    file().store("ghcr.io/owner", "bot", "t");
    file().store("docker.io", "hub", "t");
    String authfile = "--authfile=" + path;
    assertThat(podman("", "login", "--get-login", authfile, host)).isEqualTo("me");
    assertThat(podman("", "login", "--get-login", authfile, "ghcr.io/owner")).isEqualTo("bot");
    assertThat(podman("", "login", "--get-login", authfile, "docker.io")).isEqualTo("hub");
    // Without a user, podman tries the stored login, and fails if it is wrong.
    assertThat(podman("", "login", "--tls-verify=false", authfile, host))
        .contains("Existing credentials are valid");
  }

  @Test
  void loginsStoredByPodmanAreFound() throws Exception {
    file().store("quay.io", "other", "t");
    for (String key : List.of(host, host + "/owner/name")) {
      podman(
          "s3cret: ä",
          "login",
          "--tls-verify=false",
          "--authfile=" + path,
          "--username=me",
          "--password-stdin",
          key);
    }
    assertThat(find("a/b")).contains(new Login("me", "s3cret: ä", path + " (key " + host + ")"));
    assertThat(find("owner/name"))
        .contains(new Login("me", "s3cret: ä", path + " (key " + host + "/owner/name)"));
    assertThat(file().keys()).containsExactlyInAnyOrder(host, host + "/owner/name", "quay.io");
  }

  @Test
  void podmanRemovesStoredLogins() throws Exception {
    file().store(host, "me", "s3cret: ä");
    file().store("quay.io", "other", "t");
    podman("", "logout", "--authfile=" + path, host);
    assertThat(file().keys()).containsExactly("quay.io");
  }
}
