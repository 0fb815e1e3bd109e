package dev.varve.registry.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.json.JsonObject;
import dev.varve.core.parallel.Parallel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuthFileTest {
  @TempDir private Path home;
  private Path path;
  private AuthFile file;

  @BeforeEach
  void setUp() {
    path = home.resolve("run/containers/auth.json");
    file = new AuthFile(path, environment());
  }

  private Map<String, String> environment() {
    return Map.of("PATH", home + ":/usr/bin:/bin");
  }

  private void write(String json) throws IOException {
    Files.createDirectories(path.resolveSibling(""));
    Files.writeString(path, json);
  }

  private JsonObject json() throws IOException {
    return JsonObject.parse(Files.readAllBytes(path), "auth.json");
  }

  private static JsonObject parse(String json) throws IOException {
    return JsonObject.parse(json.getBytes(StandardCharsets.UTF_8), "expected");
  }

  private Optional<Login> find(String host, String repository) throws IOException {
    return new AuthFiles(environment(), home, Optional.of(path), Map.of()).find(host, repository);
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aFirstLoginCreatesTheFileReadableByItsOwnerOnly() throws IOException {
    assertThat(file.store("ghcr.io", "me", "pw")).isEqualTo(path.toString());
    assertThat(json()).isEqualTo(parse("{\"auths\":{\"ghcr.io\":{\"auth\":\"bWU6cHc=\"}}}"));
    assertThat(permissions(path)).isEqualTo("rw-------");
    assertThat(permissions(home.resolve("run"))).isEqualTo("rwx------");
    assertThat(permissions(home.resolve("run/containers"))).isEqualTo("rwx------");
  }

  @Test
  void unknownFieldsArePreserved() throws IOException {
    write(
        "{\"x\":[1,{\"y\":null}],\"auths\":{\"quay.io\":{\"auth\":\"YTpi\"},\"ghcr.io\":"
            + "{\"email\":\"a@b\",\"identitytoken\":\"t\",\"auth\":\"YTpi\"}},\"big\":1e400}");
    file.store("ghcr.io", "me", "pw");
    assertThat(json())
        .isEqualTo(
            parse(
                "{\"x\":[1,{\"y\":null}],\"auths\":{\"quay.io\":{\"auth\":\"YTpi\"},\"ghcr.io\":"
                    + "{\"email\":\"a@b\",\"auth\":\"bWU6cHc=\"}},\"big\":1e400}"));
    assertThat(file.remove("ghcr.io")).isTrue();
    assertThat(json())
        .isEqualTo(
            parse(
                "{\"x\":[1,{\"y\":null}],\"auths\":{\"quay.io\":{\"auth\":\"YTpi\"}},\"big\":1e400}"));
  }

  @Test
  void bytesOtherThanUtf8ArePreserved() throws IOException {
    Files.createDirectories(path.resolveSibling(""));
    byte[] latin = "{\"x\":\"caf\u00e9\",\"auths\":{}}".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(path, latin);
    file.store("ghcr.io", "me", "pw");
    assertThat(Files.readString(path, StandardCharsets.ISO_8859_1)).contains("\"caf\u00e9\"");
  }

  @Test
  void aFileReadableByOthersBecomesPrivate() throws IOException {
    write("{}");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    file.store("ghcr.io", "me", "pw");
    assertThat(permissions(path)).isEqualTo("rw-------");
  }

  @Test
  void noTemporaryFileRemains() throws IOException {
    file.store("ghcr.io", "me", "pw");
    file.store("quay.io", "me", "pw");
    try (var files = Files.list(path.resolveSibling(""))) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void aSymbolicLinkIsKept() throws IOException {
    Path real = Files.writeString(home.resolve("real.json"), "{}");
    Files.createDirectories(path.resolveSibling(""));
    Files.createSymbolicLink(path, real);
    file.store("ghcr.io", "me", "pw");
    assertThat(path).isSymbolicLink();
    assertThat(real).content().contains("bWU6cHc=");
  }

  @Test
  void aStoredLoginIsFound() throws IOException {
    file.store("ghcr.io", "me", "pä:ß \"\n");
    file.store("ghcr.io/owner/name", "bot", "token");
    assertThat(find("ghcr.io", "a/b"))
        .contains(new Login("me", "pä:ß \"\n", path + " (key ghcr.io)"));
    assertThat(find("ghcr.io", "owner/name"))
        .contains(new Login("bot", "token", path + " (key ghcr.io/owner/name)"));
    assertThat(file.keys()).containsExactly("ghcr.io", "ghcr.io/owner/name");
  }

  @Test
  void loginsStoredConcurrentlyAreAllKept() throws IOException {
    List<String> hosts = IntStream.range(10, 40).mapToObj(i -> "host" + i + ".example").toList();
    Parallel.map(hosts, host -> file.store(host, "me", "pw"));
    assertThat(file.keys()).containsExactlyElementsOf(hosts);
    Parallel.map(hosts, host -> file.remove(host));
    assertThat(file.keys()).isEmpty();
    try (var files = Files.list(path.resolveSibling(""))) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void dockersKeyForDockerHubIsKept() throws IOException {
    write("{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"YTpi\"}}}");
    file.store("docker.io", "me", "pw");
    assertThat(file.keys()).containsExactly("https://index.docker.io/v1/");
    assertThat(find("docker.io", "a/b").orElseThrow().username()).isEqualTo("me");
  }

  @Test
  void logoutRemovesEverySpellingOfTheKey() throws IOException {
    write(
        "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"YTpi\"},\"docker.io\":{},"
            + "\"docker.io/owner\":{\"auth\":\"YTpi\"}}}");
    assertThat(file.remove("docker.io")).isTrue();
    assertThat(file.keys()).containsExactly("docker.io/owner");
    assertThat(file.remove("docker.io")).isFalse();
  }

  @Test
  void logoutWithoutALoginWritesNothing() throws IOException {
    assertThat(file.remove("ghcr.io")).isFalse();
    assertThat(path).doesNotExist();
    assertThat(file.keys()).isEmpty();
  }

  @Test
  void anEmptyUserNameOrOneWithAColonIsRefused() {
    for (String name : new String[] {"", "a:b"}) {
      assertThatThrownBy(() -> file.store("ghcr.io", name, "hunter2"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("storing a login to ghcr.io: expected a user's name without a colon");
    }
  }

  @Test
  void aMalformedFileIsNotChanged() throws IOException {
    write("{\"auths\":");
    assertThatThrownBy(() -> file.store("ghcr.io", "me", "pw"))
        .hasMessage("reading the auth file " + path + ": expected a JSON object");
    assertThat(path).hasContent("{\"auths\":");
  }

  @Test
  void aFailureToCreateTheDirectoryNamesTheFile() throws IOException {
    Files.writeString(home.resolve("run"), "");
    assertThatThrownBy(() -> file.store("ghcr.io", "me", "pw"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the auth file " + path);
  }

  @Test
  void aLoginIsStoredByTheHelperOfItsHost() throws IOException {
    FakeHelper.install(home, "pass");
    write("{\"credHelpers\":{\"ghcr.io\":\"pass\"},\"auths\":{\"ghcr.io\":{\"auth\":\"YTpi\"}}}");
    assertThat(file.store("ghcr.io", "me", "pw"))
        .isEqualTo("docker-credential-pass (named in " + path + ")");
    assertThat(json())
        .isEqualTo(parse("{\"credHelpers\":{\"ghcr.io\":\"pass\"},\"auths\":{\"ghcr.io\":{}}}"));
    assertThat(find("ghcr.io", "a/b"))
        .contains(new Login("me", "pw", "docker-credential-pass (named in " + path + ")"));
    file.store("quay.io", "you", "pw");
    assertThat(find("quay.io", "a").orElseThrow().origin()).isEqualTo(path + " (key quay.io)");
    assertThat(file.remove("ghcr.io")).isTrue();
    assertThat(find("ghcr.io", "a/b")).isEmpty();
    assertThat(file.remove("ghcr.io")).isFalse();
  }

  @Test
  void aHelperForAllHostsStoresDockerHubsLoginAsDockerDoes() throws IOException {
    FakeHelper.install(home, "desktop");
    write("{\"credsStore\":\"desktop\"}");
    file.store("docker.io", "me", "pw");
    assertThat(home.resolve("login-https___index.docker.io_v1_"))
        .content()
        .isEqualToIgnoringNewLines(
            "{\"ServerURL\":\"https://index.docker.io/v1/\",\"Username\":\"me\",\"Secret\":\"pw\"}");
    assertThat(find("docker.io", "library/alpine").orElseThrow().username()).isEqualTo("me");
  }

  @Test
  void aHelperStoresNoLoginForARepository() throws IOException {
    FakeHelper.install(home, "pass");
    write("{\"credHelpers\":{\"ghcr.io\":\"pass\"}}");
    assertThatThrownBy(() -> file.store("ghcr.io/owner", "me", "pw"))
        .hasMessage(
            "storing a login to ghcr.io/owner: "
                + path
                + " names docker-credential-pass for ghcr.io, which stores logins for hosts only;"
                + " log in to ghcr.io");
  }

  @Test
  void aHelperThatFailsToStoreIsNamed() throws IOException {
    FakeHelper.script(home, "pass", "echo hunter2; exit 1");
    write("{\"credHelpers\":{\"ghcr.io\":\"pass\"}}");
    assertThatThrownBy(() -> file.store("ghcr.io", "me", "pw"))
        .hasMessage(
            "storing the login to ghcr.io with docker-credential-pass: the program failed; install"
                + " or repair the program, or remove it from \"credHelpers\" in "
                + path);
    assertThatThrownBy(() -> file.remove("ghcr.io"))
        .hasMessageStartingWith(
            "erasing the login to ghcr.io with docker-credential-pass: the program failed; ");
  }
}
